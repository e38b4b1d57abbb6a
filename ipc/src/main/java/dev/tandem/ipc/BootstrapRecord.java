package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the parent writes to the worker's standard input before anything else: {@link Preamble}, its limit of payloads in
 * four bytes, and the secret of 32 bytes.
 *
 * @param maxPayloadBytes the longest payload that the parent accepts
 * @param secret to be wiped by its owner
 */
@SuppressWarnings("ArrayRecordComponent") // wiped in place after use, compared by nobody
record BootstrapRecord(int maxPayloadBytes, byte[] secret) {

    static final int SECRET_BYTES = 32;
    static final int BYTES = Preamble.BYTES + Integer.BYTES + SECRET_BYTES;

    /** Makes the bytes, which the caller must wipe. */
    byte[] encode() {
        var target = ByteBuffer.allocate(BYTES);
        Preamble.put(target);
        target.putInt(maxPayloadBytes).put(secret);
        return target.array();
    }

    /** Reads these bytes and not one more, since frames may follow. */
    static BootstrapRecord read(InputStream in) throws IOException {
        byte[] bytes = new byte[BYTES];
        try {
            int count = in.readNBytes(bytes, 0, BYTES);
            if (count < BYTES) {
                throw new TransportException("no parent spoke on standard input: it ended after " + count + " of "
                        + BYTES + " bytes; workers are started by a runner, not by hand");
            }
            var source = ByteBuffer.wrap(bytes);
            Preamble.check(source, "the parent");
            int maxPayloadBytes = Preamble.getLimit(source, "the parent");
            byte[] secret = new byte[SECRET_BYTES];
            source.get(secret);
            return new BootstrapRecord(maxPayloadBytes, secret);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Does not show the secret. */
    @Override
    public String toString() {
        return "BootstrapRecord[secret hidden]";
    }
}

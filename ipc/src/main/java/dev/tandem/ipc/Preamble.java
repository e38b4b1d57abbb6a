package dev.tandem.ipc;

import java.nio.ByteBuffer;

/**
 * The first six bytes that either side says to the other one, over every transport and in every version: {@code TNDM} and
 * the version of the protocol in two bytes.
 */
final class Preamble {

    static final int BYTES = 6;

    /** Counts changes of the handshake and the frames; what is inside the frames is the caller's. */
    static final int VERSION = 1;

    private static final int MAGIC = 0x544E444D;

    private Preamble() {}

    static void put(ByteBuffer target) {
        target.putInt(MAGIC).putShort((short) VERSION);
    }

    /**
     * Reads past the preamble.
     *
     * @param peer who said it, for the message
     * @throws TransportException if it is not ours, or of another version
     */
    static void check(ByteBuffer source, String peer) throws TransportException {
        int start = source.position();
        if (source.getInt() != MAGIC) {
            throw new TransportException(peer + " does not speak our protocol: it began with "
                    + Hex.dump(source.array(), source.arrayOffset() + start, source.limit() - start));
        }
        int version = source.getShort() & 0xFFFF;
        if (version != VERSION) {
            throw new TransportException(peer + " speaks version " + version + " of the protocol, this side version "
                    + VERSION + "; put the same tandem-ipc on both class paths");
        }
    }

    /**
     * Reads a limit of payloads.
     *
     * @throws TransportException if it is none
     */
    static int getLimit(ByteBuffer source, String peer) throws TransportException {
        int maxPayloadBytes = source.getInt();
        if (maxPayloadBytes < 1) {
            throw new TransportException(
                    peer + " accepts payloads of at most " + maxPayloadBytes + " bytes, which is none");
        }
        return maxPayloadBytes;
    }
}

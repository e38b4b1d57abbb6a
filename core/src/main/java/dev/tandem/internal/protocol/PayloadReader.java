package dev.tandem.internal.protocol;

import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a payload that nobody vouches for: each length is checked against what is left before anything is made of it.
 *
 * <p>Used by one thread.
 */
final class PayloadReader {

    private static final int HEAD_BYTES = 64;

    private final int kind;
    private final long id;
    private final Slice payload;
    private final ByteBuffer bytes;

    PayloadReader(Connection.Frame frame) {
        this(frame.kind(), frame.id(), Slice.of(frame.payload()));
    }

    /** Reads a payload, or a part of one, as sent with this kind and id. */
    PayloadReader(int kind, long id, Slice payload) {
        this.kind = kind;
        this.id = id;
        this.payload = payload;
        this.bytes = payload.buffer();
    }

    int getByte(String what) throws TransportException {
        require(1, what);
        return bytes.get() & 0xff;
    }

    int getInt(String what) throws TransportException {
        require(4, what);
        return bytes.getInt();
    }

    long getLong(String what) throws TransportException {
        require(8, what);
        return bytes.getLong();
    }

    String getText(String what) throws TransportException {
        String text = getTextOrNull(what);
        if (text == null) {
            throw malformed(what + " is missing");
        }
        return text;
    }

    @Nullable
    String getTextOrNull(String what) throws TransportException {
        int length = getInt(what);
        if (length == -1) {
            return null;
        }
        Slice text = take(length, what);
        return new String(text.array(), text.offset(), text.length(), StandardCharsets.UTF_8);
    }

    Slice getSlice(String what) throws TransportException {
        return take(getInt(what), what);
    }

    /** All that is left. */
    Slice getRest() {
        Slice rest = new Slice(bytes.array(), bytes.position(), bytes.remaining());
        bytes.position(bytes.limit());
        return rest;
    }

    /** How many elements follow, of which each takes at least {@code minBytes}. */
    int getCount(int minBytes, String what) throws TransportException {
        int count = getInt(what);
        if (count < 0 || count > bytes.remaining() / minBytes) {
            throw malformed(count + " " + what + " cannot be in the " + bytes.remaining() + " bytes that are left");
        }
        return count;
    }

    void requireEnd() throws TransportException {
        if (bytes.hasRemaining()) {
            throw malformed(bytes.remaining() + " bytes too many");
        }
    }

    TransportException malformed(String what) {
        MessageKind known = MessageKind.of(kind);
        return new TransportException(
                "malformed " + (known == null ? "frame of kind " + kind : known) + " " + id + " of "
                        + payload.length() + " bytes, at byte " + (bytes.position() - payload.offset()) + ": " + what
                        + "; it starts with " + head());
    }

    private String head() {
        StringBuilder hex = new StringBuilder("[");
        for (int i = 0; i < Math.min(payload.length(), HEAD_BYTES); i++) {
            byte next = payload.array()[payload.offset() + i];
            hex.append(Character.forDigit(next >> 4 & 0xf, 16)).append(Character.forDigit(next & 0xf, 16));
        }
        return hex.append(payload.length() > HEAD_BYTES ? "...]" : "]").toString();
    }

    private Slice take(int length, String what) throws TransportException {
        if (length < 0) {
            throw malformed(what + " has the length " + length);
        }
        require(length, what);
        Slice slice = new Slice(bytes.array(), bytes.position(), length);
        bytes.position(bytes.position() + length);
        return slice;
    }

    private void require(int length, String what) throws TransportException {
        if (length > bytes.remaining()) {
            throw malformed(what + " needs " + length + " bytes, but " + bytes.remaining() + " are left");
        }
    }
}

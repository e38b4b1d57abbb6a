package dev.tandem.ipc;

import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The messages that need no stream: a value that is as simple as can be, or a lambda that has captured nothing.
 *
 * <p>To open an {@code ObjectOutputStream} and an {@code ObjectInputStream} takes longer than such a task does, so most of what a short task costs
 * would be spent on saying nothing.
 *
 * <pre>
 *   | {@value #MARK} byte | tag byte | the value: nothing, 4 or 8 bytes, or a length byte and so many |
 *
 *     0 null   1 false   2 true   3 Integer   4 Long   5 Double   6 String, a byte for each character   7 the number of a lambda's template
 * </pre>
 *
 * <p>Other messages begin with another byte. Stateless.
 */
final class ShortForm {

    static final byte MARK = 2;

    private static final int HEAD_BYTES = 2;
    private static final int MOST_CHARS =
            0xff; // longer ones gain nothing, and who reads a connection makes the shorter ones

    private static final byte NULL = 0;
    private static final byte FALSE = 1;
    private static final byte TRUE = 2;
    private static final byte INTEGER = 3;
    private static final byte LONG = 4;
    private static final byte DOUBLE = 5;
    private static final byte STRING = 6;
    private static final byte LAMBDA = 7;

    private ShortForm() {}

    /** The message for a value; null if it has no such form, or a longer one than allowed. */
    static byte @Nullable [] of(@Nullable Object value, long maxBytes) {
        byte[] message = null;
        if (value == null) {
            message = room(NULL, 0).array();
        } else if (value instanceof Integer number) {
            message = room(INTEGER, Integer.BYTES).putInt(number).array();
        } else if (value instanceof String text) {
            message = ofString(text);
        } else if (value instanceof Boolean truth) {
            message = room(truth ? TRUE : FALSE, 0).array();
        } else if (value instanceof Long number) {
            message = room(LONG, Long.BYTES).putLong(number).array();
        } else if (value instanceof Double number) {
            message = room(DOUBLE, Double.BYTES)
                    .putLong(Double.doubleToRawLongBits(number))
                    .array();
        }
        return message == null || message.length > maxBytes ? null : message;
    }

    private static byte @Nullable [] ofString(String text) {
        if (text.length() > MOST_CHARS) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return null;
            }
        }
        return room(STRING, 1 + text.length())
                .put((byte) text.length())
                .put(text.getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }

    /** The message for a lambda that has captured nothing. */
    static byte[] ofLambda(int template) {
        return room(LAMBDA, Integer.BYTES).putInt(template).array();
    }

    private static ByteBuffer room(byte tag, int bytes) {
        return ByteBuffer.allocate(HEAD_BYTES + bytes).put(MARK).put(tag);
    }

    /** Whether a message has this form. */
    static boolean is(byte[] bytes, int offset, int length) {
        return length > 0 && bytes[offset] == MARK;
    }

    /** Whether a message that has this form is a lambda. */
    static boolean isLambda(byte[] bytes, int offset, int length) {
        return length >= HEAD_BYTES && bytes[offset + 1] == LAMBDA;
    }

    /** The number of a lambda's template. */
    static int template(byte[] bytes, int offset, int length) throws StreamCorruptedException {
        return rest(bytes, offset, length, Integer.BYTES).getInt();
    }

    /** The value of a message that has this form, and is no lambda. */
    static @Nullable Object value(byte[] bytes, int offset, int length) throws StreamCorruptedException {
        int tag = length < HEAD_BYTES ? -1 : bytes[offset + 1];
        return switch (tag) {
            case NULL -> demandNothing(length, null);
            case FALSE -> demandNothing(length, false);
            case TRUE -> demandNothing(length, true);
            case INTEGER -> rest(bytes, offset, length, Integer.BYTES).getInt();
            case LONG -> rest(bytes, offset, length, Long.BYTES).getLong();
            case DOUBLE ->
                Double.longBitsToDouble(rest(bytes, offset, length, Long.BYTES).getLong());
            case STRING -> string(bytes, offset, length);
            default -> throw new StreamCorruptedException("there is no short form " + tag);
        };
    }

    private static String string(byte[] bytes, int offset, int length) throws StreamCorruptedException {
        int chars = length > HEAD_BYTES ? Byte.toUnsignedInt(bytes[offset + HEAD_BYTES]) : 0;
        demand(length, 1 + chars);
        return new String(bytes, offset + HEAD_BYTES + 1, chars, StandardCharsets.ISO_8859_1);
    }

    private static @Nullable Object demandNothing(int length, @Nullable Object value) throws StreamCorruptedException {
        demand(length, 0);
        return value;
    }

    private static ByteBuffer rest(byte[] bytes, int offset, int length, int wanted) throws StreamCorruptedException {
        demand(length, wanted);
        return ByteBuffer.wrap(bytes, offset + HEAD_BYTES, wanted);
    }

    private static void demand(int length, int wanted) throws StreamCorruptedException {
        if (length != HEAD_BYTES + wanted) {
            throw new StreamCorruptedException(
                    "a short form of " + length + " bytes should have " + (HEAD_BYTES + wanted));
        }
    }
}

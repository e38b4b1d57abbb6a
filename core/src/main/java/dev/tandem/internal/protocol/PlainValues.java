package dev.tandem.internal.protocol;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Values that need no codec, one after the other: boxed primitives, short strings and null, each a byte that says which and what it is.
 *
 * <p><b>Why not the codec.</b> A million of them are a million times the price of a stream, and of telling which class an Integer has.
 * None of them can be changed, none runs code of the user's when it is written or read, and any process of this library knows them. Whatever
 * else there is travels as the codec has made it, as a value of its own kind.
 *
 * <pre>
 *   null 0 | false 1 | true 2 | byte 3, 1 | short 4, 2 | char 5, 2 | int 6, 4 | long 7, 8 | float 8, 4 | double 9, 8
 *   string 10, length int, UTF-8 | encoded 11, length int, bytes
 * </pre>
 *
 * <p>A string that is no well-formed UTF-16 would not survive this, and is not plain. Stateless.
 */
public final class PlainValues {

    /** Longer strings are left to the codec: an input must be measured against the limits before it is accepted. */
    private static final int MAX_STRING_CHARS = 1024;

    private static final byte NULL = 0;
    private static final byte FALSE = 1;
    private static final byte TRUE = 2;
    private static final byte BYTE = 3;
    private static final byte SHORT = 4;
    private static final byte CHAR = 5;
    private static final byte INT = 6;
    private static final byte LONG = 7;
    private static final byte FLOAT = 8;
    private static final byte DOUBLE = 9;
    private static final byte STRING = 10;
    private static final byte ENCODED = 11;

    private PlainValues() {}

    /** {@return whether {@link #put} knows such a value} */
    public static boolean isPlain(@Nullable Object value) {
        return value == null
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Double
                || (value instanceof String string && isShort(string))
                || value instanceof Boolean
                || value instanceof Float
                || value instanceof Character
                || value instanceof Short
                || value instanceof Byte;
    }

    /**
     * Writes a value.
     *
     * @param to moved on behind it
     * @return false if it is not plain or there is no room for it; nothing was written then
     */
    public static boolean put(ByteBuffer to, @Nullable Object value) {
        if (value instanceof Integer number) {
            int at = to.position();
            if (to.remaining() < 1 + 4) {
                return false;
            }
            to.put(at, INT).putInt(at + 1, number).position(at + 1 + 4);
            return true;
        }
        if (value instanceof String string) {
            return isShort(string) && putString(to, string);
        }
        if (to.remaining() < 1 + 8) {
            return false; // so much at most; it does not matter who is last
        }
        if (value == null) {
            to.put(NULL);
        } else if (value instanceof Long number) {
            to.put(LONG).putLong(number);
        } else if (value instanceof Double number) {
            to.put(DOUBLE).putDouble(number);
        } else if (value instanceof Boolean truth) {
            to.put(truth ? TRUE : FALSE);
        } else if (value instanceof Float number) {
            to.put(FLOAT).putFloat(number);
        } else if (value instanceof Character character) {
            to.put(CHAR).putChar(character);
        } else if (value instanceof Short number) {
            to.put(SHORT).putShort(number);
        } else if (value instanceof Byte number) {
            to.put(BYTE).put(number);
        } else {
            return false;
        }
        return true;
    }

    /**
     * Writes what a codec has made.
     *
     * @param to moved on behind it
     * @return false if there is no room for it; nothing was written then
     */
    public static boolean putEncoded(ByteBuffer to, byte[] encoded) {
        if (to.remaining() < 1 + 4 + encoded.length) {
            return false;
        }
        to.put(ENCODED).putInt(encoded.length).put(encoded);
        return true;
    }

    /**
     * Reads the next value.
     *
     * @param from moved on behind it
     * @return the value; a {@link Slice} of a copy if it is what a codec has made
     * @throws IllegalArgumentException if the bytes were not made by this class
     */
    public static @Nullable Object get(ByteBuffer from) {
        int at = from.position();
        if (from.remaining() >= 1 + 4
                && from.get(at) == INT) { // small enough to become part of the loops that read millions
            from.position(at + 1 + 4);
            return from.getInt(at + 1);
        }
        return other(from);
    }

    private static @Nullable Object other(ByteBuffer from) {
        try {
            byte kind = from.get();
            return switch (kind) {
                case INT -> from.getInt();
                case NULL -> null;
                case FALSE -> false;
                case TRUE -> true;
                case BYTE -> from.get();
                case SHORT -> from.getShort();
                case CHAR -> from.getChar();
                case LONG -> from.getLong();
                case FLOAT -> from.getFloat();
                case DOUBLE -> from.getDouble();
                case STRING -> new String(bytes(from), StandardCharsets.UTF_8);
                case ENCODED -> Slice.of(bytes(from));
                default -> throw new IllegalArgumentException("there is no kind of value " + kind);
            };
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a value is longer than the bytes that are left", e);
        }
    }

    private static byte[] bytes(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new IllegalArgumentException("a value of " + length + " bytes in the " + from.remaining() + " left");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private static boolean putString(ByteBuffer to, String string) {
        byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        if (to.remaining() < 1 + 4 + bytes.length) {
            return false;
        }
        to.put(STRING).putInt(bytes.length).put(bytes);
        return true;
    }

    private static boolean isShort(String string) {
        int length = string.length();
        if (length > MAX_STRING_CHARS) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Character.isSurrogate(string.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}

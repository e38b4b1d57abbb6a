package dev.tandem.ipc;

import java.io.StreamCorruptedException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A primitive type whose arrays, and boxes in lists, travel as a {@link Block}: many elements in one copy.
 *
 * <p>The numbers are part of the wire format. Stateless, safe for use by any number of threads.
 */
enum Primitive {
    BYTE(0, byte[].class, Byte.class, Byte.BYTES) {
        @Override
        void put(Object array, int offset, int count, ByteBuffer to) {
            to.put((byte[]) array, offset, count);
        }

        @Override
        void get(ByteBuffer from, Object array, int offset, int count) {
            from.get((byte[]) array, offset, count);
        }

        @Override
        Object unbox(Object[] boxes) {
            byte[] array = new byte[boxes.length];
            for (int i = 0; i < array.length; i++) {
                array[i] = (Byte) boxes[i];
            }
            return array;
        }

        @Override
        void box(Object array, Object[] boxes) {
            Arrays.setAll(boxes, i -> ((byte[]) array)[i]);
        }
    },
    BOOLEAN(1, boolean[].class, Boolean.class, Byte.BYTES) {
        @Override
        void put(Object array, int offset, int count, ByteBuffer to) {
            boolean[] booleans = (boolean[]) array;
            for (int i = offset; i < offset + count; i++) {
                to.put((byte) (booleans[i] ? 1 : 0));
            }
        }

        @Override
        void get(ByteBuffer from, Object array, int offset, int count) {
            boolean[] booleans = (boolean[]) array;
            for (int i = offset; i < offset + count; i++) {
                booleans[i] = from.get() != 0;
            }
        }

        @Override
        Object unbox(Object[] boxes) {
            boolean[] array = new boolean[boxes.length];
            for (int i = 0; i < array.length; i++) {
                array[i] = (Boolean) boxes[i];
            }
            return array;
        }

        @Override
        void box(Object array, Object[] boxes) {
            Arrays.setAll(boxes, i -> ((boolean[]) array)[i]);
        }
    },
    SHORT(2, short[].class, Short.class, Short.BYTES) {
        @Override
        void put(Object array, int offset, int count, ByteBuffer to) {
            to.asShortBuffer().put((short[]) array, offset, count);
        }

        @Override
        void get(ByteBuffer from, Object array, int offset, int count) {
            from.asShortBuffer().get((short[]) array, offset, count);
        }

        @Override
        Object unbox(Object[] boxes) {
            short[] array = new short[boxes.length];
            for (int i = 0; i < array.length; i++) {
                array[i] = (Short) boxes[i];
            }
            return array;
        }

        @Override
        void box(Object array, Object[] boxes) {
            Arrays.setAll(boxes, i -> ((short[]) array)[i]);
        }
    },
    CHAR(3, char[].class, Character.class, Character.BYTES) {
        @Override
        void put(Object array, int offset, int count, ByteBuffer to) {
            to.asCharBuffer().put((char[]) array, offset, count);
        }

        @Override
        void get(ByteBuffer from, Object array, int offset, int count) {
            from.asCharBuffer().get((char[]) array, offset, count);
        }

        @Override
        Object unbox(Object[] boxes) {
            char[] array = new char[boxes.length];
            for (int i = 0; i < array.length; i++) {
                array[i] = (Character) boxes[i];
            }
            return array;
        }

        @Override
        void box(Object array, Object[] boxes) {
            Arrays.setAll(boxes, i -> ((char[]) array)[i]);
        }
    },
    INT(4, int[].class, Integer.class, Integer.BYTES) {
        @Override
        void put(Object array, int offset, int count, ByteBuffer to) {
            to.asIntBuffer().put((int[]) array, offset, count);
        }

        @Override
        void get(ByteBuffer from, Object array, int offset, int count) {
            from.asIntBuffer().get((int[]) array, offset, count);
        }

        @Override
        Object unbox(Object[] boxes) {
            int[] array = new int[boxes.length];
            for (int i = 0; i < array.length; i++) {
                array[i] = (Integer) boxes[i];
            }
            return array;
        }

        @Override
        void box(Object array, Object[] boxes) {
            Arrays.setAll(boxes, i -> ((int[]) array)[i]);
        }
    },
    LONG(5, long[].class, Long.class, Long.BYTES) {
        @Override
        void put(Object array, int offset, int count, ByteBuffer to) {
            to.asLongBuffer().put((long[]) array, offset, count);
        }

        @Override
        void get(ByteBuffer from, Object array, int offset, int count) {
            from.asLongBuffer().get((long[]) array, offset, count);
        }

        @Override
        Object unbox(Object[] boxes) {
            long[] array = new long[boxes.length];
            for (int i = 0; i < array.length; i++) {
                array[i] = (Long) boxes[i];
            }
            return array;
        }

        @Override
        void box(Object array, Object[] boxes) {
            Arrays.setAll(boxes, i -> ((long[]) array)[i]);
        }
    },
    FLOAT(6, float[].class, Float.class, Float.BYTES) {
        @Override
        void put(Object array, int offset, int count, ByteBuffer to) {
            to.asFloatBuffer().put((float[]) array, offset, count);
        }

        @Override
        void get(ByteBuffer from, Object array, int offset, int count) {
            from.asFloatBuffer().get((float[]) array, offset, count);
        }

        @Override
        Object unbox(Object[] boxes) {
            float[] array = new float[boxes.length];
            for (int i = 0; i < array.length; i++) {
                array[i] = (Float) boxes[i];
            }
            return array;
        }

        @Override
        void box(Object array, Object[] boxes) {
            Arrays.setAll(boxes, i -> ((float[]) array)[i]);
        }
    },
    DOUBLE(7, double[].class, Double.class, Double.BYTES) {
        @Override
        void put(Object array, int offset, int count, ByteBuffer to) {
            to.asDoubleBuffer().put((double[]) array, offset, count);
        }

        @Override
        void get(ByteBuffer from, Object array, int offset, int count) {
            from.asDoubleBuffer().get((double[]) array, offset, count);
        }

        @Override
        Object unbox(Object[] boxes) {
            double[] array = new double[boxes.length];
            for (int i = 0; i < array.length; i++) {
                array[i] = (Double) boxes[i];
            }
            return array;
        }

        @Override
        void box(Object array, Object[] boxes) {
            Arrays.setAll(boxes, i -> ((double[]) array)[i]);
        }
    };

    private static final Primitive[] ALL = values();

    private final int number;
    private final Class<?> arrayType;
    private final Class<?> boxType;
    private final int bytes;

    Primitive(int number, Class<?> arrayType, Class<?> boxType, int bytes) {
        this.number = number;
        this.arrayType = arrayType;
        this.boxType = boxType;
        this.bytes = bytes;
    }

    /** What an array is made of; null if not of primitives. */
    static @Nullable Primitive ofArray(Class<?> type) {
        for (Primitive primitive : ALL) {
            if (primitive.arrayType == type) {
                return primitive;
            }
        }
        return null;
    }

    /** What a class boxes; null if nothing. */
    static @Nullable Primitive ofBox(Class<?> type) {
        for (Primitive primitive : ALL) {
            if (primitive.boxType == type) {
                return primitive;
            }
        }
        return null;
    }

    /** The type of an array of primitives; throws {@link IllegalArgumentException} if it is none. */
    static Primitive require(Object array) {
        Primitive primitive = ofArray(array.getClass());
        if (primitive == null) {
            throw new IllegalArgumentException(
                    "not an array of primitives: " + array.getClass().getName());
        }
        return primitive;
    }

    static Primitive of(int number) throws StreamCorruptedException {
        for (Primitive primitive : ALL) {
            if (primitive.number == number) {
                return primitive;
            }
        }
        throw new StreamCorruptedException("there is no primitive type " + number);
    }

    int number() {
        return number;
    }

    Class<?> boxType() {
        return boxType;
    }

    /** The size of one element. */
    int bytes() {
        return bytes;
    }

    /** Makes an array of zeros. */
    Object newArray(int count) {
        return Array.newInstance(arrayType.getComponentType(), count);
    }

    /** Whether that is an array of this type and length. */
    boolean isArray(Object array, int count) {
        return arrayType.isInstance(array) && Array.getLength(array) == count;
    }

    /** Copies an array, which costs one pass: a new array would be zeroed first. */
    Object copyOf(Object array) {
        return switch (this) {
            case BYTE -> ((byte[]) array).clone();
            case BOOLEAN -> ((boolean[]) array).clone();
            case SHORT -> ((short[]) array).clone();
            case CHAR -> ((char[]) array).clone();
            case INT -> ((int[]) array).clone();
            case LONG -> ((long[]) array).clone();
            case FLOAT -> ((float[]) array).clone();
            case DOUBLE -> ((double[]) array).clone();
        };
    }

    /** Copies elements of an array to the buffer's position; the position need not move. */
    abstract void put(Object array, int offset, int count, ByteBuffer to);

    /** Copies elements into an array from the buffer's position, which need not move. That they are there has been checked. */
    abstract void get(ByteBuffer from, Object array, int offset, int count);

    /** Takes the values out of their boxes; throws {@link ClassCastException} or {@link NullPointerException} if not all are such. */
    abstract Object unbox(Object[] boxes);

    /** Puts the values into boxes. */
    abstract void box(Object array, Object[] boxes);
}

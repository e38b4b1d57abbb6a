package dev.tandem.ipc;

import java.io.StreamCorruptedException;
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
        void put(Object array, ByteBuffer to) {
            to.put((byte[]) array);
        }

        @Override
        Object get(ByteBuffer from, int count) {
            byte[] array = new byte[count];
            from.get(array);
            return array;
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
        void put(Object array, ByteBuffer to) {
            for (boolean element : (boolean[]) array) {
                to.put((byte) (element ? 1 : 0));
            }
        }

        @Override
        Object get(ByteBuffer from, int count) {
            boolean[] array = new boolean[count];
            for (int i = 0; i < count; i++) {
                array[i] = from.get() != 0;
            }
            return array;
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
        void put(Object array, ByteBuffer to) {
            to.asShortBuffer().put((short[]) array);
        }

        @Override
        Object get(ByteBuffer from, int count) {
            short[] array = new short[count];
            from.asShortBuffer().get(array);
            return array;
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
        void put(Object array, ByteBuffer to) {
            to.asCharBuffer().put((char[]) array);
        }

        @Override
        Object get(ByteBuffer from, int count) {
            char[] array = new char[count];
            from.asCharBuffer().get(array);
            return array;
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
        void put(Object array, ByteBuffer to) {
            to.asIntBuffer().put((int[]) array);
        }

        @Override
        Object get(ByteBuffer from, int count) {
            int[] array = new int[count];
            from.asIntBuffer().get(array);
            return array;
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
        void put(Object array, ByteBuffer to) {
            to.asLongBuffer().put((long[]) array);
        }

        @Override
        Object get(ByteBuffer from, int count) {
            long[] array = new long[count];
            from.asLongBuffer().get(array);
            return array;
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
        void put(Object array, ByteBuffer to) {
            to.asFloatBuffer().put((float[]) array);
        }

        @Override
        Object get(ByteBuffer from, int count) {
            float[] array = new float[count];
            from.asFloatBuffer().get(array);
            return array;
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
        void put(Object array, ByteBuffer to) {
            to.asDoubleBuffer().put((double[]) array);
        }

        @Override
        Object get(ByteBuffer from, int count) {
            double[] array = new double[count];
            from.asDoubleBuffer().get(array);
            return array;
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

    /** Copies a whole array from the buffer's position on; the position need not move. */
    abstract void put(Object array, ByteBuffer to);

    /** Makes an array of what is at the buffer's position, which need not move. That it is there has been checked. */
    abstract Object get(ByteBuffer from, int count);

    /** Takes the values out of their boxes; throws {@link ClassCastException} or {@link NullPointerException} if not all are such. */
    abstract Object unbox(Object[] boxes);

    /** Puts the values into boxes. */
    abstract void box(Object array, Object[] boxes);
}

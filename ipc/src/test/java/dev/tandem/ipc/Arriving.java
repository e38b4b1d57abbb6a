package dev.tandem.ipc;

import java.util.function.IntSupplier;

/** Bytes that arrive in chunks. */
final class Arriving implements ByteSource {

    private final byte[] bytes;
    private final int end;
    private final IntSupplier chunkBytes;
    private int position;

    Arriving(byte[] bytes, int end, IntSupplier chunkBytes) {
        this.bytes = bytes;
        this.end = end;
        this.chunkBytes = chunkBytes;
    }

    static Arriving whole(byte[] bytes) {
        return upTo(bytes, bytes.length);
    }

    static Arriving upTo(byte[] bytes, int end) {
        return new Arriving(bytes, end, () -> Integer.MAX_VALUE);
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (position == end) {
            return -1;
        }
        int count = Math.min(Math.min(length, end - position), chunkBytes.getAsInt());
        System.arraycopy(bytes, position, into, offset, count);
        position += count;
        return count;
    }
}

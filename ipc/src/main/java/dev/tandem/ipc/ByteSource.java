package dev.tandem.ipc;

import java.io.IOException;

/** Where bytes come from, as {@link java.io.InputStream} has it. */
@FunctionalInterface
interface ByteSource {
    /**
     * Waits for at least one byte.
     *
     * @param length at least 1
     * @return how many bytes were read, at least 1, or -1 at the end
     */
    int read(byte[] into, int offset, int length) throws IOException;

    /** Whether {@link #read} would not wait; false also if that cannot be found out without a call that takes long. */
    default boolean hasArrived() throws IOException {
        return false;
    }
}

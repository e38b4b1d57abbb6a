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

    /**
     * Reads what is there, and never waits.
     *
     * @return how many bytes were read; 0 if none is there, or that cannot be found out; -1 at the end
     */
    default int readArrived(byte[] into, int offset, int length) throws IOException {
        return hasArrived() ? read(into, offset, length) : 0;
    }
}

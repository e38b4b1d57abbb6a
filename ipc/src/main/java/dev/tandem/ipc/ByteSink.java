package dev.tandem.ipc;

import java.io.IOException;

/** Where bytes go. */
@FunctionalInterface
interface ByteSink {
    /** Hands all the bytes to the system, waiting for room where there is none. */
    void write(byte[] from, int offset, int length) throws IOException;
}

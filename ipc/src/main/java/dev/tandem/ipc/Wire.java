package dev.tandem.ipc;

import java.io.IOException;

/**
 * The bytes beneath a {@link FramedConnection}, in both directions at once.
 *
 * <p>One thread reads and another one writes. Nothing here blocks but {@link #read} and {@link #write}, and an interrupt
 * disturbs neither.
 */
interface Wire extends ByteSource, ByteSink {

    /** Wakes whoever reads or writes, if the system can do that. Called by any thread, perhaps more than once. */
    void wake();

    /** Ends the incoming direction. Called after {@link #wake}, while nobody reads, perhaps more than once. */
    void closeInput() throws IOException;

    /** Ends the outgoing direction. Called after {@link #wake}, while nobody writes, perhaps more than once. */
    void closeOutput() throws IOException;
}

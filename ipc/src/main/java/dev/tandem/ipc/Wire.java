package dev.tandem.ipc;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * The bytes beneath a {@link FramedConnection}, in both directions at once.
 *
 * <p>One thread reads and another one writes. Nothing here blocks but {@link #read} and {@link #write}, and an interrupt
 * disturbs neither.
 */
interface Wire extends ByteSource, ByteSink {

    /**
     * Whether {@link #read} may look again and again for a moment before it waits, asked each time; never until this is called. What spins by rules
     * of its own, or cannot, ignores it.
     */
    default void spinWhile(BooleanSupplier allowed) {}

    /** Wakes whoever reads or writes, if the system can do that. Called by any thread, perhaps more than once. */
    void wake();

    /** Ends the incoming direction. Called after {@link #wake}, while nobody reads, perhaps more than once. */
    void closeInput() throws IOException;

    /** Ends the outgoing direction. Called after {@link #wake}, while nobody writes, perhaps more than once. */
    void closeOutput() throws IOException;
}

package dev.tandem;

/** Where a runner runs its tasks. */
public enum Strategy {
    /** In the thread that submits, one after the other: for debugging. */
    INLINE,
    /** On threads of this JVM, which share its heap and its fate. */
    THREADS,
    /** On worker JVMs, which can be capped, killed and lost one by one. */
    PROCESSES
}

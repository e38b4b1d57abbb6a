package dev.tandem;

/**
 * What happens on a worker JVM when a task leaves something behind that the next task would meet.
 *
 * <p>After each task, whatever this says, the worker puts back what is cheap to put back: the default locale, time zone and
 * uncaught exception handler, the system properties, {@code System.in}, {@code out} and {@code err}, and the name, priority,
 * interrupt status, context class loader and exception handler of the thread that ran it. Closing {@code System.out} or
 * {@code err} does not close them. What cannot be put back are platform threads that still run a moment after their task has
 * ended, and standard output or error that was closed at the level of its file descriptor.
 *
 * <p>Threads that were started while {@code onWorkerStart} ran, or while the initial value of a {@link WorkerLocal} was built,
 * belong to the worker and are never held against a task. Threads that such a value starts later cannot be told from those of
 * the task: let it start them while it is built, for instance with {@code prestartAllCoreThreads()}.
 *
 * <p>Short inputs of a {@code map} or {@code stream} that the runner has sent together count as one task here: what the first of them leaves is
 * put back after the last. With {@link #RECYCLE} none are sent together.
 *
 * <p><b>Note:</b> what a task keeps in static fields or leaves in files cannot be seen, nor can virtual threads.
 */
public enum Hygiene {
    /** Puts back what is cheap to put back, and says nothing. Threads are not looked at. */
    IGNORE,
    /** Also reports what was found, as a warning in the log of this JVM, once per kind of finding and name of the task. */
    WARN,
    /**
     * Also replaces the worker, before its next task, after a task that left something which cannot be put back. A task that
     * leaves a thread each time then costs the start of a JVM each time.
     */
    RECYCLE
}

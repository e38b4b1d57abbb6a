package dev.tandem.testing;

/** What only some runners have. */
public enum Need {
    /** {@code submit} returns before the task is done, which inline never does. */
    ASYNC,
    /** Tasks run in a JVM of their own, which can be killed. */
    WORKER_JVM,
    /** Tasks share the heap of the test. */
    SHARED_HEAP
}

package dev.tandem.recommend;

import java.util.Locale;

/**
 * What can be said of work. Each trait may be declared, denied, or left open: unknown is not false.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public enum Trait {
    /** A person waits for it in front of a user interface, which must not freeze. */
    UI_FACING("faces a user interface"),
    /** It mostly waits for disks, files or databases on this machine. */
    IO_BOUND("is I/O-bound"),
    /** It mostly waits for answers from other machines. */
    NETWORK_BOUND("is network-bound"),
    /** It mostly computes. */
    CPU_BOUND("is CPU-bound"),
    /** It computes for long, on each input: simulations, rendering, training. */
    COMPUTE_INTENSIVE("is compute-intensive"),

    /** It calls native code, through JNI, JNA or the foreign function interface. */
    NATIVE_CODE("calls native code"),
    /** It may take its JVM with it: a crash in native code, a stack or heap that overflows beyond repair. */
    MAY_CRASH("may crash its JVM"),
    /** It may not end, on some input. */
    MAY_HANG("may hang"),
    /** It does not end when its thread is interrupted: a loop that never asks, a regular expression that backtracks. */
    IGNORES_INTERRUPTION("ignores interruption"),
    /** It changes what belongs to the whole JVM: default locale and time zone, system properties, {@code System.out}. */
    CHANGES_GLOBAL_STATE("changes JVM-global state"),
    /** It may call {@code System.exit} or {@code Runtime.halt}. */
    CALLS_EXIT("may call System.exit"),
    /** Two of it must not run at once in one JVM: unguarded statics, native libraries with one state. */
    NOT_THREAD_SAFE("is not thread-safe"),
    /** It leaks, or may need so much memory that it has to be stopped from taking it. */
    MUST_BE_CAPPED("must be capped in memory"),
    /** It needs other flags than this JVM was started with. */
    OTHER_JVM_FLAGS("needs other JVM flags"),
    /** It needs another JDK than the one of this JVM. */
    OTHER_JDK("needs another JDK"),

    /** It works on objects that others see change meanwhile: caches, connections, a document that is open. */
    LIVE_SHARED_OBJECTS("needs live shared objects"),
    /** Its inputs, results or captured variables cannot be serialized. */
    NOT_SERIALIZABLE("cannot be serialized"),

    /** Each task is parallel inside: parallel streams, a pool, native threads. */
    INNER_PARALLELISM("is parallel inside"),
    /** It allocates so much that collecting garbage is a noticeable part of its time. */
    ALLOCATION_HEAVY("allocates heavily"),
    /** It waits for locks that the whole JVM shares: static synchronized methods, a class's single cache. */
    CONTENDS_ON_JVM_LOCKS("contends for JVM-wide locks");

    private final String predicate;

    Trait(String predicate) {
        this.predicate = predicate;
    }

    /** What it says of "the work", such as "may crash". */
    String predicate() {
        return predicate;
    }

    /** {@return its name as people write it, such as {@code may crash}} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

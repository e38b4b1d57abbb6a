package dev.tandem.internal.adaptive;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** How long this JVM has collected garbage. The module that knows may be missing; then nobody does. Thread-safe. */
final class Garbage {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private Garbage() {}

    /** For differences; -1 if unknown. */
    static long nanos() {
        try {
            long millis = 0;
            for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                millis += Math.max(0, collector.getCollectionTime());
            }
            return millis * NANOS_PER_MILLI;
        } catch (LinkageError | RuntimeException e) {
            return -1;
        }
    }
}

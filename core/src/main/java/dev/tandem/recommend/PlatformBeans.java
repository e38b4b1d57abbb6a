package dev.tandem.recommend;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the JVM tells of itself through its beans: the one class that names them. On a module path {@code java.management} and {@code
 * jdk.management} may be missing, since we do not require them; then everything here is unknown.
 *
 * <p>Thread-safe. CPU time and allocation are those of platform threads; a virtual thread has neither.
 */
final class PlatformBeans {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private PlatformBeans() {}

    /** Memory of the machine, or of its container. */
    static OptionalLong memoryBytes() {
        try {
            OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
            return system instanceof com.sun.management.OperatingSystemMXBean known
                    ? positive(known.getTotalMemorySize())
                    : OptionalLong.empty();
        } catch (LinkageError | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** CPU time that the current thread has used, which must be a platform thread; -1 if unknown. */
    static long cpuNanos() {
        try {
            return Threads.TELL_CPU_TIME ? Threads.BEAN.getCurrentThreadCpuTime() : -1;
        } catch (LinkageError | RuntimeException e) {
            return -1;
        }
    }

    /** Bytes that the current thread has allocated, which must be a platform thread; -1 if unknown. */
    @SuppressWarnings("deprecation") // Thread.threadId() is there from 19 on
    static long allocatedBytes() {
        try {
            return Threads.BEAN instanceof com.sun.management.ThreadMXBean known
                    ? known.getThreadAllocatedBytes(Thread.currentThread().getId())
                    : -1;
        } catch (LinkageError | RuntimeException e) {
            return -1;
        }
    }

    /** Time that this JVM has spent collecting garbage; -1 if unknown. */
    static long gcNanos() {
        try {
            long millis = 0;
            for (GarbageCollectorMXBean collector : Collectors.BEANS) {
                millis += Math.max(0, collector.getCollectionTime());
            }
            return millis * NANOS_PER_MILLI;
        } catch (LinkageError | RuntimeException e) {
            return -1;
        }
    }

    /** Found once, and only if somebody asks. */
    private static final class Threads {
        static final ThreadMXBean BEAN = ManagementFactory.getThreadMXBean();
        static final boolean TELL_CPU_TIME = BEAN.isCurrentThreadCpuTimeSupported();
    }

    /** As above. */
    private static final class Collectors {
        static final List<GarbageCollectorMXBean> BEANS = ManagementFactory.getGarbageCollectorMXBeans();
    }

    private static OptionalLong positive(long value) {
        return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
    }
}

package dev.tandem.recommend;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.ThreadMXBean;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the JVM tells of itself through its beans: the one class that names them. On a module path {@code java.management} and {@code
 * jdk.management} may be missing, since we do not require them; then everything here is unknown.
 *
 * <p>Thread-safe. CPU time and allocation are those of platform threads; a virtual thread has neither.
 */
final class PlatformBeans {

    private static final double NANOS_PER_MILLI = 1e6;

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

    /** How much of all cores of the machine is busy, from 0 to 1, since this was last asked for. */
    static OptionalDouble machineLoad() {
        try {
            OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
            double load = system instanceof com.sun.management.OperatingSystemMXBean known ? known.getCpuLoad() : -1;
            return load >= 0 ? OptionalDouble.of(load) : OptionalDouble.empty();
        } catch (LinkageError | RuntimeException e) {
            return OptionalDouble.empty();
        }
    }

    /** CPU time that the current thread has used. */
    static OptionalLong cpuNanos() {
        try {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            return threads.isCurrentThreadCpuTimeSupported()
                    ? positive(threads.getCurrentThreadCpuTime())
                    : OptionalLong.empty();
        } catch (LinkageError | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Bytes that the current thread has allocated. */
    static OptionalLong allocatedBytes() {
        try {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            return threads instanceof com.sun.management.ThreadMXBean known && known.isThreadAllocatedMemorySupported()
                    ? positive(
                            known.getThreadAllocatedBytes(Thread.currentThread().getId()))
                    : OptionalLong.empty();
        } catch (LinkageError | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Time that this JVM has spent collecting garbage. */
    static OptionalLong gcNanos() {
        try {
            double millis = ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                    .filter(time -> time > 0)
                    .sum();
            return OptionalLong.of((long) (millis * NANOS_PER_MILLI));
        } catch (LinkageError | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong positive(long value) {
        return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
    }
}

package dev.tandem.internal.processes;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes, one after the other.
 *
 * <p>All spawns of this JVM take turns: processes that are forked at the same moment may inherit each other's descriptors and
 * then hold connections open that should have ended (JDK-8377907). Thread-safe.
 */
final class Spawning {

    private static final ReentrantLock TURN = new ReentrantLock();
    private static final List<String> NOT_INHERITED = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private Spawning() {}

    static Process start(ProcessBuilder builder) throws IOException {
        TURN.lock();
        try {
            return builder.start();
        } finally {
            TURN.unlock();
        }
    }

    /** Starts it unless its turn does not come in time; null then. */
    static @Nullable Process startWithin(ProcessBuilder builder, long timeoutNanos)
            throws IOException, InterruptedException {
        if (!TURN.tryLock(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return null;
        }
        try {
            return builder.start();
        } finally {
            TURN.unlock();
        }
    }

    /** Removes what would make a JVM take agents and ports that its parent has taken. */
    static void disinherit(ProcessBuilder builder) {
        NOT_INHERITED.forEach(builder.environment()::remove);
    }
}

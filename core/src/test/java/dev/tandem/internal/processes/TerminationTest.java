package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.HardLimit;
import dev.tandem.testing.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(HardLimit.class)
final class TerminationTest {

    /** Where root tells Linux which number the next process is to get. */
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

    private static final int TRIES = 50;
    private static final long TICKS_NANOS = 100_000_000;

    private final List<Process> started = new ArrayList<>();

    @Row("Z7")
    @Test
    void z7DoesNotKillTheProcessThatHasTheNumberOfADeadOne() throws Exception {
        try {
            Process dead = start();
            ProcessHandle handle = dead.toHandle();
            dead.toHandle().destroyForcibly();
            dead.waitFor();
            awaitAnotherTick();
            Process successor = successorOf(dead.pid());

            Termination.killTree(handle);

            // Only root can bring about that the number is the same; whoever it is, it lives.
            assertThat(handle.isAlive()).isFalse();
            assertThat(successor.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            for (Process process : started) {
                process.toHandle().destroyForcibly();
                process.waitFor();
            }
        }
    }

    /** Linux tells by the hundredth of a second when a process was started; numbers are not used again that fast. */
    private static void awaitAnotherTick() {
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < TICKS_NANOS) {
            LockSupport.parkNanos(TICKS_NANOS);
        }
    }

    private Process successorOf(long pid) throws IOException, InterruptedException {
        Process next = start();
        for (int i = 0; i < TRIES && next.pid() != pid && Files.isWritable(LAST_PID); i++) {
            try {
                Files.writeString(LAST_PID, Long.toString(pid - 1));
            } catch (IOException e) {
                break; // not root after all
            }
            next = start();
        }
        return next;
    }

    private Process start() throws IOException {
        Process process = new ProcessBuilder("sleep", "600").start();
        started.add(process);
        return process;
    }
}

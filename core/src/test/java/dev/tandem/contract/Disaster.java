package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import java.lang.reflect.Field;
import java.util.concurrent.locks.LockSupport;

/** Ways to lose a worker JVM from the inside, and what must be said about each. */
enum Disaster {
    EXIT_0(Verdict.EXITED, 0),
    EXIT_42(Verdict.EXITED, 42),
    HALT_3(Verdict.EXITED, 3),
    SIGKILL(Verdict.KILLED_BY_SIGNAL, 137),
    SIGTERM(Verdict.KILLED_BY_SIGNAL, 143),
    NATIVE_CRASH(Verdict.NATIVE_CRASH, 134);

    private final Verdict verdict;
    private final int exitCode;

    Disaster(Verdict verdict, int exitCode) {
        this.verdict = verdict;
        this.exitCode = exitCode;
    }

    /** Does not return. */
    void strike() {
        switch (this) {
            case EXIT_0, EXIT_42 -> System.exit(exitCode);
            case HALT_3 -> Runtime.getRuntime().halt(exitCode);
            case SIGKILL, SIGTERM -> signalOneself(name().substring(3));
            case NATIVE_CRASH -> writeToAddressZero();
        }
        throw new AssertionError(this + " was survived");
    }

    private static void signalOneself(String signal) {
        try {
            new ProcessBuilder(
                            "kill",
                            "-" + signal,
                            String.valueOf(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        LockSupport.parkNanos(20_000_000_000L); // a signal may take a moment
    }

    private static void writeToAddressZero() {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field instance = type.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            type.getMethod("putAddress", long.class, long.class).invoke(instance.get(null), 0L, 0L);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    void checkCertificate(Throwable failure, long taskId, WorkerLoss.Phase phase) {
        assertThat(failure).as("%s", this).isInstanceOf(WorkerLostException.class);
        WorkerLoss loss = ((WorkerLostException) failure).loss();
        assertThat(loss.verdict()).as("%s: %s", this, loss).isEqualTo(verdict);
        assertThat(loss.exitCode()).as("%s", this).hasValue(exitCode);
        assertThat(loss.phase()).as("%s", this).isEqualTo(phase);
        assertThat(failure)
                .hasMessageContaining("task " + taskId)
                .hasMessageContaining("pid " + loss.pid())
                .hasMessageContaining("exit code " + exitCode)
                .hasMessageContaining(phase.name());
        if (exitCode > 128) {
            assertThat(loss.signal()).as("%s", this).isPresent();
            assertThat(failure).hasMessageContaining(loss.signal().orElseThrow());
        }
        assertThat(loss.command()).isNotEmpty();
    }
}

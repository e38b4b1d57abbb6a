package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.StandInException;
import dev.tandem.Task;
import dev.tandem.TaskFailedException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Row f of the failure matrix: an exception that cannot travel itself travels as its description. */
final class FailureMatrixExceptionTest {

    /** What a task throws; made in the worker. */
    interface Thrown extends Supplier<Throwable>, java.io.Serializable {}

    static class WithAThread extends Exception {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // that is the point
        final Thread notSerializable = Thread.currentThread();

        WithAThread(String message) {
            super(message);
        }
    }

    static class ThrowsWhenEncoded extends Exception {
        private static final long serialVersionUID = 1L;

        ThrowsWhenEncoded(String message) {
            super(message);
        }

        private void writeObject(ObjectOutputStream out) {
            throw new IllegalStateException("cannot be written");
        }
    }

    static class ThrowsWhenDecoded extends Exception {
        private static final long serialVersionUID = 1L;

        ThrowsWhenDecoded(String message) {
            super(message);
        }

        private void readObject(ObjectInputStream in) throws IOException {
            throw new java.io.InvalidObjectException("cannot be read");
        }
    }

    static class ReplacesItself extends Exception {
        private static final long serialVersionUID = 1L;

        ReplacesItself(String message) {
            super(message);
        }

        private Object writeReplace() {
            return "no exception at all";
        }
    }

    static class HasNoMessage extends Exception {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial")
        final Object notSerializable = new Object();

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no text either");
        }
    }

    static class HasNoStack extends WithAThread {
        private static final long serialVersionUID = 1L;

        HasNoStack(String message) {
            super(message);
        }

        @Override
        public StackTraceElement @Nullable [] getStackTrace() {
            return null;
        }
    }

    private static Throwable failureOf(ParallelRunner runner, Thrown thrown) {
        Task<Object> task = () -> {
            throw sneaky(thrown.get());
        };
        return catchThrowable(runner.submit(task)::join);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Row({"S2", "M-f-throws"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void fStandsInForAnExceptionThatCannotTravel(Runners runners) {
        ParallelRunner runner = runners.open(1);
        long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        Map<String, Thrown> all = Map.of(
                "WithAThread", () -> new WithAThread("says why"),
                "ThrowsWhenEncoded", () -> new ThrowsWhenEncoded("says why"),
                "ThrowsWhenDecoded", () -> new ThrowsWhenDecoded("says why"),
                "ReplacesItself", () -> new ReplacesItself("says why"));
        all.forEach((name, thrown) -> {
            Throwable failure = failureOf(runner, thrown);
            assertThat(failure).as(name).isInstanceOf(TaskFailedException.class).hasMessageContaining(name);
            assertThat(failure.getCause())
                    .as(name)
                    .isInstanceOfSatisfying(
                            StandInException.class,
                            standIn -> assertThat(standIn.originalClassName()).endsWith(name))
                    .hasMessage("says why")
                    .hasStackTraceContaining("FailureMatrixExceptionTest");
        });
        assertThat(runner.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void fSurvivesAnExceptionThatCannotEvenBeDescribed(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThat(failureOf(runner, HasNoMessage::new))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("HasNoMessage");
        assertThat(failureOf(runner, () -> new HasNoStack("no stack")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("no stack");
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(runner.stats().workersStarted()).isEqualTo(1);
    }

    @Row("Z9")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void fEndsACycleOfCauses(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Throwable failure = failureOf(runner, () -> {
            WithAThread first = new WithAThread("first");
            IllegalStateException second = new IllegalStateException("second", first);
            first.initCause(second);
            first.addSuppressed(second);
            return first;
        });
        assertThat(failure).isInstanceOf(TaskFailedException.class);
        assertThat(failure.getCause()).isInstanceOf(StandInException.class).hasMessage("first");
        assertThat(failure.getCause().getCause()).hasMessage("second");
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row("S3")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void fStandsInForAnExceptionWhoseClassOnlyTheWorkerKnows(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Throwable failure = failureOf(runner, FailureMatrixExceptionTest::ofAHiddenClass);
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        StandInException.class,
                        standIn -> assertThat(standIn.originalClassName()).contains("WithAThread"))
                .hasMessage("hidden");
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    private static Throwable ofAHiddenClass() {
        try (InputStream bytes =
                FailureMatrixExceptionTest.class.getResourceAsStream("FailureMatrixExceptionTest$WithAThread.class")) {
            Class<?> hidden = MethodHandles.lookup()
                    .defineHiddenClass(bytes.readAllBytes(), true)
                    .lookupClass();
            return (Throwable) hidden.getDeclaredConstructor(String.class).newInstance("hidden");
        } catch (IOException | ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Row("Z9")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void fCarriesAnExceptionOfAnySize(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThat(failureOf(runner, () -> new IllegalStateException("x".repeat(5 << 20)))
                        .getCause())
                .hasMessageStartingWith("xxx");
        assertThat(failureOf(runner, () -> {
                    Exception chain = new WithAThread("0");
                    for (int i = 1; i < 5_000; i++) {
                        chain = new Exception(String.valueOf(i), chain);
                    }
                    return chain;
                }))
                .isInstanceOf(TaskFailedException.class);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }
}

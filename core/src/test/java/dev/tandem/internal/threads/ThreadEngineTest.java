package dev.tandem.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.StopOutcome;
import dev.tandem.TaskContext;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.ThreadOptions;
import dev.tandem.WorkerLocal;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class ThreadEngineTest {

    private static final AtomicBoolean RAN = new AtomicBoolean(); // a task that must be serializable cannot capture it

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;
    private static final InheritableThreadLocal<@Nullable String> INHERITED = new InheritableThreadLocal<>();

    private final ParallelRunner runner =
            ParallelRunner.threads(o -> o.workers(1).stopGrace(Duration.ofMillis(50)));
    private final CountDownLatch innerRuns = new CountDownLatch(1);
    private final AtomicBoolean enough = new AtomicBoolean();

    @AfterEach
    void end() {
        enough.set(true);
        runner.shutdownNow();
        runner.close();
    }

    @Test
    void endsAlthoughATaskWaitsForAnotherThatIgnoresInterruptionOnTheSameThread() throws Exception {
        TaskFuture<@Nullable Void> outer = runner.submit(() -> {
            runner.submit(this::ignoreInterrupts).join(); // helps: both are on one thread
        });
        innerRuns.await();
        runner.shutdownNow();
        assertThat(outer.stopped().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(StopOutcome.ABANDONED);
    }

    @Test
    void givesTasksNothingThatTheirThreadsInheritedFromWhoeverSubmittedFirst() {
        INHERITED.set("the submitter's");
        try {
            assertThat(runner.submit(() -> INHERITED.get()).join()).isNull();
            if (Runtime.version().feature() >= FIRST_JAVA_WITH_VIRTUAL_THREADS) {
                try (ParallelRunner virtual = ParallelRunner.threads(ThreadOptions::virtual)) {
                    assertThat(virtual.submit(() -> INHERITED.get()).join()).isNull();
                }
            }
        } finally {
            INHERITED.remove();
        }
    }

    @Test
    void runsWhatComesBackToTheLineWhileTheLastThreadEnds() throws Exception {
        CountDownLatch ending = new CountDownLatch(1);
        AtomicReference<@Nullable Thread> decides = new AtomicReference<>();
        AutoCloseable closedByTheLastThread = () -> {
            ending.countDown();
            await().until(() -> runner.stats().retried() == 1 && isIdle(decides.get())); // it is in line
        };
        WorkerLocal<AutoCloseable> local = WorkerLocal.withInitial(() -> closedByTheLastThread);
        RetryPolicy once = RetryPolicy.retries(1).on(failure -> {
            decides.set(Thread.currentThread());
            await().until(() -> ending.getCount() == 0);
            return true;
        });
        TaskFuture<Integer> future = runner.with(TaskOptions.defaults().retry(once))
                .submit(() -> {
                    if (TaskContext.current().attempt() == 1) {
                        local.get();
                        throw new IllegalStateException("the first time");
                    }
                    return 2;
                });
        await().until(() -> decides.get() != null);
        runner.asExecutorService().shutdown();
        assertThat(future.get(10, TimeUnit.SECONDS)).isEqualTo(2);
    }

    private static boolean isIdle(@Nullable Thread thread) {
        return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
    }

    @Test
    void findsWhatWaitsOnAThreadThatWasGivenUpBefore() throws Exception {
        TaskFuture<@Nullable Void> outer = runner.submit(() -> {
            runner.withTimeout(Duration.ofMillis(50))
                    .submit(this::ignoreInterrupts)
                    .join();
        });
        await().until(() -> runner.stats().abandonedThreads() == 1);
        runner.shutdownNow();
        assertThat(outer.stopped().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(StopOutcome.ABANDONED);
        assertThat(runner.stats().abandonedThreads()).as("it is one thread").isEqualTo(1);
    }

    @Test
    void survivesAnExceptionThatCannotBePrinted() {
        TaskFuture<Object> hostile = runner.submit(() -> {
            throw new Unprintable();
        });
        assertThatThrownBy(hostile::join).hasCauseInstanceOf(Unprintable.class);
        assertThat(runner.submit(() -> "next").join()).isEqualTo("next");
    }

    @Test
    void waitsInACloseThatComesFromAStageOfAnotherRunner() throws Exception {
        CountDownLatch staged = new CountDownLatch(1);
        try (ParallelRunner other = ParallelRunner.threads(o -> o.workers(1))) {
            CompletableFuture<Boolean> doneAfterClose = other.submit(() -> staged.await(5, TimeUnit.SECONDS))
                    .thenApply(ignored -> {
                        TaskFuture<@Nullable Void> work = runner.submit(() -> Thread.sleep(200));
                        runner.close();
                        return work.isDone();
                    });
            staged.countDown();
            assertThat(doneAfterClose.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void startsNothingOfAStreamThatWasClosedWhileAnInputWasPrepared() {
        try (ParallelRunner strict = ParallelRunner.threads(o -> o.workers(1).requireTransferable())) {
            List<ClosesItsStream> inputs = List.of(new ClosesItsStream());
            Stream<Boolean> stream = strict.stream(inputs, input -> RAN.compareAndSet(false, true));
            ClosesItsStream.close = stream::close;
            assertThatThrownBy(stream::toList).isInstanceOf(CancellationException.class);
        }
        assertThat(RAN).isFalse();
    }

    @Test
    void returnsFromShutdownNowNothingThatRuns() {
        for (int round = 0; round < 500; round++) {
            ParallelRunner one = ParallelRunner.threads(o -> o.workers(1));
            Set<Runnable> ran = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 30; i++) {
                one.asExecutorService().submit(new Mark(ran));
            }
            List<Runnable> neverStarted = one.asExecutorService().shutdownNow();
            one.close();
            assertThat(neverStarted).noneMatch(ran::contains);
        }
    }

    private static final class ClosesItsStream implements Serializable {

        private static final long serialVersionUID = 1L;
        private static volatile Runnable close = () -> {};

        private Object writeReplace() {
            close.run();
            return this;
        }
    }

    private static final class Mark implements Runnable {

        private final Set<Runnable> ran;

        Mark(Set<Runnable> ran) {
            this.ran = ran;
        }

        @Override
        public void run() {
            ran.add(this);
        }
    }

    private static final class Unprintable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new StackOverflowError("hostile");
        }
    }

    private void ignoreInterrupts() {
        innerRuns.countDown();
        while (!enough.get()) {
            Thread.onSpinWait();
        }
    }
}

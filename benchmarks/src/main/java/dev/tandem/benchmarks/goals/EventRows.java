package dev.tandem.benchmarks.goals;

import static dev.tandem.benchmarks.goals.Goal.atMost;

import dev.tandem.ParallelRunner;
import dev.tandem.Progress;
import dev.tandem.Task;
import dev.tandem.TaskContext;
import dev.tandem.TaskFuture;
import dev.tandem.benchmarks.TransportKind;
import java.awt.EventQueue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** How late the event thread of a user interface is while every core works for it. */
final class EventRows {

    private static final long PERIOD_NANOS = 50_000_000;
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final int STEPS = 500;

    /** Computes for some tens of milliseconds, and says how far it is far more often than anybody looks. */
    private static final Task<Long> BUSY = () -> {
        long sum = 0;
        for (int step = 0; step < STEPS && !TaskContext.current().isCancelled(); step++) {
            for (int i = 0; i < 100_000; i++) {
                sum += sum * 31 + i;
            }
            TaskContext.current().report(new Progress(step, STEPS, "computing"));
        }
        return sum;
    };

    private EventRows() {}

    static List<Row> all() {
        return List.of(Row.of("event-thread", "lateness of a beat each 50 ms on the event thread, all cores busy", "ms")
                .with("tandem threads", effort -> Subjects.threads(Subjects.cores()), EventRows::lateness)
                .with(
                        "tandem pipes",
                        effort -> Subjects.processes(TransportKind.PIPES, Subjects.cores()),
                        EventRows::lateness)
                .to(atMost(50, "tandem threads"))
                .to(atMost(50, "tandem pipes")));
    }

    /** The figure is that of 99 of 100 beats; the event thread needs no screen. */
    private static Figure lateness(ParallelRunner runner, Effort effort) throws InterruptedException {
        System.setProperty("java.awt.headless", "true");
        Load load = new Load(runner);
        EventQueue.invokeLater(load::begin);
        int beats = effort.count(2, 40, 100);
        Histogram late = new Histogram(LONGEST_NANOS, 3);
        CountDownLatch left = new CountDownLatch(beats);
        long dueNanos = System.nanoTime();
        for (int i = 0; i < beats; i++) {
            dueNanos += PERIOD_NANOS;
            LockSupport.parkNanos(dueNanos - System.nanoTime());
            long due = dueNanos;
            EventQueue.invokeLater(() -> {
                late.recordValue(Math.max(0, System.nanoTime() - due)); // by the event thread alone
                left.countDown();
            });
        }
        left.await();
        load.end();
        double p99 = late.getValueAtPercentile(99) / 1e6;
        return new Figure(p99, p99);
    }

    /** What a program with a window does: it submits, shows progress and results, and submits again. Of the event thread. */
    private static final class Load {

        private final ParallelRunner runner;
        private final Set<TaskFuture<Long>> running = new HashSet<>();
        private final CountDownLatch idle = new CountDownLatch(1);
        private boolean over;
        private long shown;

        Load(ParallelRunner runner) {
            this.runner = runner;
        }

        void begin() {
            for (int i = 0; i < Subjects.cores(); i++) {
                submit();
            }
        }

        private void submit() {
            TaskFuture<Long> future = runner.submit(BUSY);
            running.add(future);
            future.onProgress(progress -> shown += progress.done(), EventQueue::invokeLater)
                    .whenCompleteAsync((sum, failure) -> ended(future), EventQueue::invokeLater);
        }

        private void ended(TaskFuture<Long> future) {
            running.remove(future);
            if (!over) {
                submit();
            } else if (running.isEmpty()) {
                idle.countDown();
            }
        }

        /** Called by another thread. */
        void end() throws InterruptedException {
            EventQueue.invokeLater(() -> {
                over = true;
                running.forEach(TaskFuture::cancel);
            });
            idle.await();
        }
    }
}

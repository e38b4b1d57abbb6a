package dev.tandem.examples;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerStats;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What a runner does, like {@code top}: its numbers and a line for each worker, anew each half second while tasks run. */
final class Top {

    private static final String CLEAR = "\u001b[H\u001b[2J";
    private static final long PERIOD_MILLIS = 500;

    public static void main(String[] args) throws InterruptedException {
        System.exit(run() ? 0 : 1);
    }

    @SuppressWarnings("SystemConsoleNull") // from 22 to 24 there is one always
    static boolean run() throws InterruptedException {
        boolean terminal = System.console() != null && System.getenv("TERM") != null;
        try (var runner =
                ParallelRunner.processes(o -> o.workers(2).maxHeap("64m").name("digest"))) {
            List<TaskFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                int millis = 100 + i % 5 * 60;
                String name = (i % 5 == 4 ? "large " : "small ") + i;
                futures.add(runner.with(runner.options().named(name)).submit(() -> {
                    Thread.sleep(millis);
                    return millis;
                }));
            }
            while (futures.stream().anyMatch(future -> !future.isDone())) {
                System.out.print((terminal ? CLEAR : "") + page(runner));
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
            }
            System.out.print((terminal ? CLEAR : "") + page(runner));
            return runner.stats().succeeded() == futures.size();
        }
    }

    /** A page for people. */
    static String page(ParallelRunner runner) {
        RunnerStats stats = runner.stats();
        StringBuilder page = new StringBuilder();
        page.append(String.format(
                Locale.ROOT,
                "%d workers, %d busy | waiting %,d, running %,d, done %,d, failed %,d | run %.1f ms, wait %.1f ms%n",
                stats.workers(),
                stats.busyWorkers(),
                stats.queued(),
                stats.running(),
                stats.done(),
                stats.failed(),
                stats.times().run().median().toNanos() / 1e6,
                stats.times().queueWait().median().toNanos() / 1e6));
        page.append(String.format("%6s %8s %-9s %6s %8s  %s%n", "worker", "pid", "state", "busy", "memory", "task"));
        for (WorkerStats worker : runner.workerStats()) {
            page.append(String.format(
                    Locale.ROOT,
                    "%6d %8s %-9s %4.0f %% %5d MB  %s%n",
                    worker.index(),
                    worker.pid().isPresent() ? worker.pid().getAsLong() : "",
                    worker.state(),
                    100 * worker.busyShare(),
                    worker.memoryBytes().orElse(0) / 1_000_000,
                    worker.task().orElse("")));
        }
        return page.toString();
    }
}

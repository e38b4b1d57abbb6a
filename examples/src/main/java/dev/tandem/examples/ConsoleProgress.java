package dev.tandem.examples;

import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows how far a thousand tasks are, with rate, time left and failures: on a terminal as one line that changes, elsewhere, as in the
 * log of a build, as a line for each tenth.
 */
final class ConsoleProgress {

    public static void main(String[] args) {
        System.exit(run() ? 0 : 1);
    }

    static boolean run() {
        List<Integer> inputs = IntStream.rangeClosed(1, 1_000).boxed().toList();
        long failed = 0;
        try (ParallelRunner runner = ParallelRunner.threads();
                Steps steps = isTerminal() ? new Bar(inputs.size()) : new Milestones(inputs.size());
                Stream<Outcome<Integer, Integer>> outcomes = runner.outcomes(inputs, ConsoleProgress::work)) {
            for (Outcome<Integer, Integer> outcome : (Iterable<Outcome<Integer, Integer>>) outcomes::iterator) {
                failed += outcome instanceof Outcome.Failure<Integer, Integer> ? 1 : 0;
                steps.step(failed);
            }
        }
        System.out.println(inputs.size() - failed + " done, " + failed + " failed");
        return failed == 10;
    }

    private static int work(int input) throws InterruptedException {
        Thread.sleep(1);
        if (input % 100 == 0) {
            throw new IllegalArgumentException("no hundreds: " + input);
        }
        return input;
    }

    @SuppressWarnings("SystemConsoleNull") // from 22 to 24 there is one always
    private static boolean isTerminal() {
        String type = System.getenv("TERM");
        return System.console() != null && type != null && !type.equals("dumb") && System.getenv("CI") == null;
    }

    private interface Steps extends AutoCloseable {
        void step(long failed);

        @Override
        void close();
    }

    private static final class Bar implements Steps {

        private final ProgressBar bar;

        Bar(int total) {
            bar = new ProgressBarBuilder()
                    .setTaskName("tasks")
                    .setInitialMax(total)
                    .showSpeed()
                    .setUpdateIntervalMillis(50)
                    .build();
        }

        @Override
        public void step(long failed) {
            bar.setExtraMessage(failed == 0 ? "" : ", " + failed + " failed");
            bar.step();
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private static final class Milestones implements Steps {

        private final int total;
        private final long begin = System.nanoTime();
        private int done;

        Milestones(int total) {
            this.total = total;
        }

        @Override
        public void step(long failed) {
            done++;
            if (done * 10L / total > (done - 1) * 10L / total) {
                double seconds = (System.nanoTime() - begin) / 1e9;
                System.out.printf(
                        Locale.ROOT,
                        "%3d %%, %,.0f per second, %.1f s left, %d failed%n",
                        done * 100L / total,
                        done / seconds,
                        (total - done) * seconds / done,
                        failed);
            }
        }

        @Override
        public void close() {}
    }
}

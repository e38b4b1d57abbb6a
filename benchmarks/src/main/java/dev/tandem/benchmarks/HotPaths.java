package dev.tandem.benchmarks;

import dev.tandem.Hygiene;
import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.TaskFunction;
import dev.tandem.TaskFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where the time goes in the paths that are used most: a task that is joined, many in flight, a {@code map} of small items; each on one
 * worker JVM, and profiled on both sides of the pipe.
 */
final class HotPaths {

    private static final int WINDOW = 256;
    private static final Task<Integer> NO_OP = () -> 1;
    private static final TaskFunction<Integer, Integer> ADD_ONE = item -> item + 1;
    private static final Task<Boolean> START = Profile::start;
    private static final Task<String> STOP = Profile::stop;

    private final long timeNanos;

    private HotPaths(Duration time) {
        timeNanos = time.toNanos();
    }

    /** Some work that is done again and again. */
    private interface Path {

        void once(ParallelRunner runner);
    }

    /** Profiles all and prints; the system property {@code profile.time} (ISO) says for how long each. */
    static void main() throws Exception {
        System.out.print(profiles(Duration.parse(System.getProperty("profile.time", "PT8S"))));
    }

    /** {@return what was seen of all, each recorded for the time given after as long a warm-up, as Markdown} */
    static String profiles(Duration time) throws Exception {
        var paths = new HotPaths(time);
        String join =
                paths.profile("submit + join", runner -> runner.submit(NO_OP).join());
        var inFlight = new ArrayDeque<TaskFuture<Integer>>();
        String window = paths.profile(WINDOW + " in flight", runner -> {
            inFlight.add(runner.submit(NO_OP));
            if (inFlight.size() >= WINDOW) {
                inFlight.remove().join();
            }
        });
        List<Integer> items = IntStream.range(0, 100_000).boxed().collect(Collectors.toUnmodifiableList());
        String map = paths.profile(
                "map of 100,000 Integers", runner -> runner.map(items, ADD_ONE).join());
        return join + window + map;
    }

    private String profile(String name, Path path) throws Exception {
        // What JFR leaves behind in the worker is meant to stay.
        try (ParallelRunner runner = ParallelRunner.processes(o -> o.workers(1).hygiene(Hygiene.IGNORE))) {
            repeat(path, runner);
            runner.submit(START).join();
            Profile.start();
            long times = repeat(path, runner);
            String here = Profile.stop();
            String there = runner.submit(STOP).join();
            return String.format(
                    "%n### %s%n%nOnce in %.3f µs.%n%nThe parent%n%n%s%n%nThe worker%n%n%s%n",
                    name, timeNanos / 1e3 / times, here, there);
        }
    }

    private long repeat(Path path, ParallelRunner runner) {
        long start = System.nanoTime();
        long times = 0;
        do {
            path.once(runner);
            times++;
        } while (System.nanoTime() - start < timeNanos);
        return times;
    }
}

package dev.tandem.benchmarks;

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
 *
 * <p>The system property {@code profile.time} (ISO) says how long each is recorded, after as long a warm-up.
 */
final class HotPaths {

    private static final Duration TIME = Duration.parse(System.getProperty("profile.time", "PT8S"));
    private static final int WINDOW = 256;
    private static final Task<Integer> NO_OP = () -> 1;
    private static final TaskFunction<Integer, Integer> ADD_ONE = item -> item + 1;
    private static final Task<Boolean> START = Profile::start;
    private static final Task<String> STOP = Profile::stop;

    private HotPaths() {}

    /** Some work that is done again and again. */
    private interface Path {

        void once(ParallelRunner runner);
    }

    /** Profiles all and prints. */
    static void main() throws Exception {
        profile("submit + join", runner -> runner.submit(NO_OP).join());
        var inFlight = new ArrayDeque<TaskFuture<Integer>>();
        profile(WINDOW + " in flight", runner -> {
            inFlight.add(runner.submit(NO_OP));
            if (inFlight.size() >= WINDOW) {
                inFlight.remove().join();
            }
        });
        List<Integer> items = IntStream.range(0, 100_000).boxed().collect(Collectors.toUnmodifiableList());
        profile("map of 100,000 Integers", runner -> runner.map(items, ADD_ONE).join());
    }

    private static void profile(String name, Path path) throws Exception {
        try (ParallelRunner runner = ParallelRunner.processes(o -> o.workers(1))) {
            repeat(path, runner);
            runner.submit(START).join();
            Profile.start();
            long times = repeat(path, runner);
            String here = Profile.stop();
            String there = runner.submit(STOP).join();
            System.out.printf(
                    "%n### %s%n%nOnce in %.3f µs.%n%nThe parent%n%n%s%n%nThe worker%n%n%s%n",
                    name, TIME.toNanos() / 1e3 / times, here, there);
        }
    }

    private static long repeat(Path path, ParallelRunner runner) {
        long start = System.nanoTime();
        long times = 0;
        do {
            path.once(runner);
            times++;
        } while (System.nanoTime() - start < TIME.toNanos());
        return times;
    }
}

package dev.tandem.examples;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.TaskSubmitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Records what worker JVMs do, a crash and a failure among that, and writes a report for people and a timeline for
 * https://ui.perfetto.dev.
 */
final class RunReport {

    private static final Path REPORT = Path.of("target", "tandem-report.html");
    private static final Path TRACE = Path.of("target", "tandem-trace.json");

    public static void main(String[] args) throws IOException {
        System.exit(run() ? 0 : 1);
    }

    static boolean run() throws IOException {
        try (var runner =
                ParallelRunner.processes(o -> o.workers(2).name("primes").recordEvents(100_000))) {
            List<TaskFuture<Integer>> counts = new ArrayList<>();
            for (int i = 1; i <= 60; i++) {
                int limit = i % 20 == 0 ? 600_000 : 4_000 * (i % 20);
                counts.add(named(runner, "below " + limit).submit(() -> primesBelow(limit)));
            }
            TaskFuture<?> crash =
                    named(runner, "crash").submit(() -> Runtime.getRuntime().halt(3));
            TaskFuture<Integer> failure = named(runner, "failure").submit(() -> Integer.parseInt("many"));
            long primes = counts.stream().mapToInt(TaskFuture::join).sum();
            System.out.println("primes counted: " + primes);
            System.out.println(failed(crash));
            System.out.println(failed(failure));
            runner.writeReport(REPORT);
            runner.writeTrace(TRACE);
        }
        System.out.println("report: " + REPORT.toAbsolutePath());
        System.out.println("trace, for ui.perfetto.dev: " + TRACE.toAbsolutePath());
        return Files.size(REPORT) > 0 && Files.size(TRACE) > 0;
    }

    private static TaskSubmitter named(ParallelRunner runner, String name) {
        return runner.with(runner.options().named(name));
    }

    private static String failed(TaskFuture<?> future) {
        try {
            return "not as expected: " + future.join();
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }

    private static int primesBelow(int limit) {
        int primes = 0;
        for (int candidate = 2; candidate < limit; candidate++) {
            boolean prime = true;
            for (int divisor = 2; prime && divisor * divisor <= candidate; divisor++) {
                prime = candidate % divisor != 0;
            }
            primes += prime ? 1 : 0;
        }
        return primes;
    }
}

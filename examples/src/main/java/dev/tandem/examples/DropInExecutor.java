package dev.tandem.examples;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Hands a runner to code that was written for an {@link ExecutorService} and knows nothing of it. What such code
 * submits must be able to travel: a {@link Task} is, a lambda that was typed as a plain {@link Callable} is not.
 */
final class DropInExecutor {

    public static void main(String[] args) throws Exception {
        List<Task<Long>> tasks = IntStream.range(0, 8)
                .<Task<Long>>mapToObj(part -> () -> primes(part * 50_000))
                .toList();
        long expected;
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            expected = sum(pool, tasks);
        } finally {
            pool.shutdown();
        }
        System.out.println("a pool of the JDK:  " + expected + " primes below 400,000");
        try (ParallelRunner runner = ParallelRunner.processes()) {
            ExecutorService executor = runner.asExecutorService();
            long counted = sum(executor, tasks);
            System.out.println("worker JVMs:        " + counted + " primes below 400,000");
            Callable<Long> plain = () -> primes(0);
            String refused = failure(executor.submit(plain));
            System.out.println("a plain Callable:   " + refused);
            System.exit(counted == expected && refused.contains("Callable") ? 0 : 1);
        }
    }

    /** Code that somebody else wrote. */
    private static long sum(ExecutorService executor, List<? extends Callable<Long>> tasks) throws Exception {
        long sum = 0;
        for (Future<Long> future : executor.invokeAll(tasks)) {
            sum += future.get();
        }
        return sum;
    }

    private static String failure(Future<?> future) throws InterruptedException {
        try {
            return "worked, which it should not: " + future.get();
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        }
    }

    /** The task: counts the primes among 50,000 numbers. */
    private static long primes(int from) {
        return IntStream.range(Math.max(2, from), from + 50_000)
                .filter(n -> IntStream.rangeClosed(2, (int) Math.sqrt(n)).noneMatch(d -> n % d == 0))
                .count();
    }
}

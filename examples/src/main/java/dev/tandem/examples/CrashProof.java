package dev.tandem.examples;

import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLostException;
import java.lang.reflect.Field;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs a hundred tasks, one of which reads memory at address 0, as a bug in native code would. That is the end of the
 * JVM that it runs in: here a worker, whose death costs one answer and leaves a certificate. On threads it would end
 * this JVM.
 */
final class CrashProof {

    private static final int CRASHING = 42;

    public static void main(String[] args) {
        System.exit(run() ? 0 : 1);
    }

    static boolean run() {
        List<Integer> numbers = IntStream.rangeClosed(1, 100).boxed().toList();
        List<Outcome<Integer, Long>> outcomes;
        try (ParallelRunner runner = ParallelRunner.processes();
                Stream<Outcome<Integer, Long>> stream = runner.outcomes(numbers, CrashProof::square)) {
            outcomes = stream.toList();
        }
        long answers = outcomes.stream().filter(Outcome::isSuccess).count();
        System.out.printf("%d of %d answers arrived; task %d left this:%n%n", answers, numbers.size(), CRASHING);
        return outcomes.get(CRASHING - 1).fold(answer -> false, CrashProof::isCrash) && answers == numbers.size() - 1;
    }

    private static boolean isCrash(RuntimeException failure) {
        if (failure instanceof WorkerLostException lost) {
            WorkerLoss loss = lost.loss();
            System.out.println(loss.summary());
            loss.problematicFrame().ifPresent(frame -> System.out.println("  in " + frame));
            loss.crashExcerpt().forEach(line -> System.out.println("  | " + line)); // the file went with the runner
            return loss.verdict() == WorkerLoss.Verdict.NATIVE_CRASH;
        }
        System.out.println(failure);
        return false;
    }

    /** The task. */
    private static long square(int number) throws ReflectiveOperationException {
        if (number == CRASHING) {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field unsafe = type.getDeclaredField("theUnsafe");
            unsafe.setAccessible(true);
            type.getMethod("getByte", long.class).invoke(unsafe.get(null), 0L);
        }
        return (long) number * number;
    }
}

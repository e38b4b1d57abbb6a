package dev.tandem.examples;

import dev.tandem.Outcome;
import dev.tandem.TaskFunction;
import dev.tandem.recommend.Measurement;
import dev.tandem.recommend.Recommender;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which engine is faster, and why? Two jobs are asked, not argued about: the census of the JDK, which reads and computes, and one that
 * does little but allocate. Each runs its first items for real, on threads and on worker JVMs in turn, and keeps what came out; what is
 * left can go on where the numbers say.
 */
final class MeasuredChoice {

    private static final Duration BUDGET = Duration.ofSeconds(4);
    private static final int STRINGS = 10_000;

    public static void main(String[] args) throws IOException {
        System.exit(run(args.length > 0 ? Duration.parse(args[0]) : BUDGET) ? 0 : 1);
    }

    static boolean run() throws IOException {
        return run(BUDGET);
    }

    private static boolean run(Duration budget) throws IOException {
        List<Integer> seeds = IntStream.range(0, 100_000).boxed().toList();
        boolean censusIsWell = ask("the census of the JDK", JdkCensus.packages(), JdkCensus::census, budget);
        boolean stringsAreWell = ask("strings, many of them", seeds, MeasuredChoice::strings, budget);
        return censusIsWell && stringsAreWell;
    }

    private static <A, R> boolean ask(String name, Collection<A> items, TaskFunction<A, R> function, Duration budget) {
        Measurement<A, R> measured = Recommender.measure(items, function, budget);
        String verdict = measured.explain().split("\\R\\R", 2)[0];
        System.out.printf("%s%n%s%n", name, verdict.indent(2));
        System.out.printf(
                "  So: %s, %d workers, by %s.%n%n",
                measured.recommendation().strategy(),
                measured.recommendation().sizing().workers(),
                measured.recommendation().decidedBy().rule());
        int left = 0;
        for (Iterator<A> rest = measured.rest(); rest.hasNext(); rest.next()) {
            left++;
        }
        boolean isComplete = measured.outcomes().size() + left == items.size();
        return isComplete && measured.outcomes().stream().allMatch(Outcome::isSuccess);
    }

    /** Keeps ten thousand strings in a map, and makes as many short-lived ones three times. */
    private static long strings(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<Long, String> kept = new HashMap<>();
        for (int i = 0; i < STRINGS; i++) {
            long key = random.nextLong();
            kept.put(key, Long.toString(key) + Long.toString(key, 36) + Long.toBinaryString(key));
        }
        return kept.values().stream().mapToLong(String::length).sum();
    }
}

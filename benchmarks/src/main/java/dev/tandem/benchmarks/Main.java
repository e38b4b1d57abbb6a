package dev.tandem.benchmarks;

import dev.tandem.benchmarks.goals.MeasureGoals;

/**
 * The benchmarks' one command: measures the goals; in the long mode the benchmarks of JMH too; with arguments, which are those
 * of JMH, only these.
 */
public final class Main {

    private Main() {}

    /**
     * Runs and prints.
     *
     * @param arguments none, or {@code choice} for {@link MeasuredChoices}, {@code profile} for {@link HotPaths}, or what JMH takes; {@code -h} lists it
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("choice")) {
            MeasuredChoices.main(arguments);
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("profile")) {
            HotPaths.main();
            return;
        }
        if (arguments.length == 0) {
            MeasureGoals.main(arguments);
        }
        if (arguments.length > 0 || System.getProperty("benchmark.mode", "").equals("long")) {
            RunBenchmarks.main(arguments);
        }
    }
}

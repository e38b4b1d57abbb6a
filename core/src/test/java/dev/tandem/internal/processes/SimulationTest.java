package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.Row;
import dev.tandem.testing.SilentLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Puts the supervision of worker JVMs through many schedules. A failure says which seed it was and what happened;
 * {@code -Dtandem.seed=N} runs that one again, {@code -Dtandem.schedules=N} says how many to run.
 */
@ExtendWith(SilentLog.class)
final class SimulationTest {

    private static final long FIRST_SEED = 1;
    private static final int SCHEDULES = 100_000;

    @Test
    @Row("C1")
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void holdsItsInvariantsInEverySchedule() {
        Long only = Long.getLong("tandem.seed");
        if (only != null) {
            runOne(only);
            return;
        }
        int schedules = Integer.getInteger("tandem.schedules", SCHEDULES);
        long steps = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + schedules; seed++) {
            steps += runOne(seed);
        }
        assertThat(steps).as("a schedule is more than its beginning").isGreaterThan(50L * schedules);
    }

    private static int runOne(long seed) {
        try {
            return new Simulation(seed, null).run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(report(seed, e), e);
        }
    }

    /** Does it again, and takes notes this time. */
    private static String report(long seed, Throwable first) {
        List<String> trace = new ArrayList<>();
        String second = "nothing of the kind: it depends on more than its seed";
        try {
            new Simulation(seed, trace).run();
        } catch (RuntimeException | AssertionError e) {
            second = e.toString();
        }
        int from = Math.max(0, trace.size() - 400);
        return "schedule " + seed + " failed, run it again with -Dtandem.seed=" + seed + ": " + first
                + "\nwhen run again: " + second + "\n" + String.join("\n", trace.subList(from, trace.size()));
    }
}

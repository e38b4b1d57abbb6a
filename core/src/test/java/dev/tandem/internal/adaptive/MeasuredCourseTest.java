package dev.tandem.internal.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Adaptation;
import dev.tandem.Strategy;
import dev.tandem.recommend.CostModel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What follows from what was seen, for rounds that are made up. */
final class MeasuredCourseTest {

    private static final Set<Strategy> BOTH = EnumSet.of(Strategy.THREADS, Strategy.PROCESSES);
    private static final long MILLI = 1_000_000;
    private static final int WORKERS = 2;
    private static final CostModel COSTS = CostModel.defaults().withCrossing(Duration.ofNanos(50_000));

    @Test
    void staysWhereTheOtherEngineCouldNotGainTheMargin() {
        MeasuredCourse course = course(Strategy.PROCESSES, BOTH);

        assertThat(hear(course, 50, MILLI, 0.86, 0)).isNull();
        assertThat(course.current()).isEqualTo(Strategy.PROCESSES);
    }

    @Test
    void triesThreadsWhereWorkersDoNotCompute() {
        MeasuredCourse course = course(Strategy.PROCESSES, BOTH);

        Adaptation trial = hear(course, 50, MILLI, 0.5, 0);

        assertThat(trial).isNotNull();
        assertThat(trial.rule()).isEqualTo("A-CROSSING");
        assertThat(trial.to()).isEqualTo(Strategy.THREADS);
        assertThat(trial.numbers())
                .isEqualTo(
                        "50 % of a worker's time goes into something else than computing, which takes 1.000 ms of 2.000 ms an item; margin 15 %");
    }

    @Test
    void givesTheTrialTimeAndKeepsWhatIsBetterByTheMargin() {
        MeasuredCourse course = course(Strategy.PROCESSES, BOTH);
        hear(course, 50, MILLI, 0.5, 0);

        assertThat(round(course, MILLI / 2, 1, 0)).as("too early to judge").isNull();
        Adaptation judged = hear(course, 10, MILLI / 2, 1, 0);

        assertThat(judged).isNotNull();
        assertThat(judged.rule()).isEqualTo("A-BETTER");
        assertThat(judged.numbers()).isEqualTo("0.500 ms an item on threads, 1.000 ms on worker JVMs; margin 15 %");
        assertThat(course.current()).isEqualTo(Strategy.THREADS);
        assertThat(hear(course, 50, MILLI / 2, 1, 0)).as("settled").isNull();
    }

    @Test
    void goesBackFromWhatIsNotBetterAndHasPatienceThen() {
        MeasuredCourse course = course(Strategy.PROCESSES, BOTH);
        hear(course, 50, MILLI, 0.5, 0);

        Adaptation judged = hear(course, 10, 900_000, 1, 0);

        assertThat(judged).isNotNull();
        assertThat(judged.rule()).isEqualTo("A-BACK");
        assertThat(course.current()).isEqualTo(Strategy.PROCESSES);
        assertThat(hear(course, 50, MILLI, 0.5, 0)).as("not again so soon").isNull();
        assertThat(hear(course, 400, MILLI, 0.5, 0)).as("but one day").isNotNull();
    }

    @Test
    void triesNothingAgainThatItFoundToBeSlower() {
        MeasuredCourse course = course(Strategy.PROCESSES, BOTH);
        hear(course, 50, MILLI, 0.5, 0);
        Adaptation better = hear(course, 50, 280_000, 0.5, 0);
        assertThat(better).isNotNull();
        assertThat(better.rule()).isEqualTo("A-BETTER");

        assertThat(hear(course, 5_000, 280_000, 0.5, 0.3))
                .as("idle cores and garbage, but worker JVMs took 3.6 times as long")
                .isNull();
        Adaptation later = hear(course, 5_000, 2 * MILLI, 0.5, 0);
        assertThat(later).as("now an item takes longer than it did there").isNotNull();
        assertThat(later.rule()).isEqualTo("A-CONTENTION");
    }

    @Test
    void goesBackWhenTheWorkRunsOutOnTrial() {
        MeasuredCourse course = course(Strategy.PROCESSES, BOTH);
        assertThat(course.propose(null, true)).isNull();
        hear(course, 50, MILLI, 0.5, 0);

        Adaptation back = course.propose(null, true);

        assertThat(back).isNotNull();
        assertThat(back.rule()).isEqualTo("A-BACK");
        assertThat(course.adopt(back)).isTrue();
        assertThat(course.current()).isEqualTo(Strategy.PROCESSES);
    }

    @Test
    void triesWorkerJvmsForGarbageAndForContention() {
        Adaptation garbage = hear(course(Strategy.THREADS, BOTH), 50, MILLI, 1, 0.3);
        assertThat(garbage).isNotNull();
        assertThat(garbage.rule()).isEqualTo("A-GARBAGE");
        assertThat(garbage.to()).isEqualTo(Strategy.PROCESSES);

        Adaptation contention = hear(course(Strategy.THREADS, BOTH), 50, MILLI, 0.5, 0);
        assertThat(contention).isNotNull();
        assertThat(contention.rule()).isEqualTo("A-CONTENTION");

        MeasuredCourse unknown = new MeasuredCourse(COSTS, false, Strategy.THREADS, 1, BOTH);
        assertThat(hear(unknown, 50, MILLI, 0.5, 0))
                .as("it may wait for the network")
                .isNull();
    }

    @Test
    void neverSendsAwayWhatIsShorterThanItsCrossing() {
        assertThat(hear(course(Strategy.THREADS, BOTH), 9_000, 24_000, 1, 0.3))
                .isNull(); // 48 µs of a worker, 50 to cross
        assertThat(hear(course(Strategy.THREADS, BOTH), 9_000, 26_000, 1, 0.3)).isNotNull();
    }

    @Test
    void passesNoGate() {
        MeasuredCourse gated = course(Strategy.PROCESSES, EnumSet.of(Strategy.PROCESSES));

        assertThat(hear(gated, 100, MILLI, 0.1, 0)).isNull();
        assertThat(gated.ruleOut(Strategy.PROCESSES, "A-TRAVEL", "", ""))
                .as("there is nowhere to go")
                .isNull();
        assertThat(gated.adopt(new Adaptation("X", Strategy.PROCESSES, Strategy.THREADS, 1, "", "")))
                .isFalse();
        MeasuredCourse locked = course(Strategy.THREADS, EnumSet.of(Strategy.THREADS));
        assertThat(hear(locked, 100, MILLI, 0.1, 0.9)).isNull();
    }

    @Test
    void comesToNoEngineThatWasRuledOut() {
        MeasuredCourse course = course(Strategy.THREADS, BOTH);

        Adaptation made = course.ruleOut(Strategy.PROCESSES, "A-TRAVEL", "why", "stays");

        assertThat(made).isNotNull();
        assertThat(made.isMove()).isFalse();
        assertThat(course.adopt(made)).isTrue();
        assertThat(hear(course, 100, MILLI, 0.1, 0.9)).isNull();
        assertThat(course.ruleOut(Strategy.PROCESSES, "A-TRAVEL", "why", "stays"))
                .as("once")
                .isNull();
    }

    @Test
    void groupsShortInputsUntilNineTenthsAreWork() {
        MeasuredCourse course = course(Strategy.PROCESSES, EnumSet.of(Strategy.PROCESSES));

        Adaptation made = round(course, 30_000, 1, 0); // 60 µs of a worker, 50 of them to cross

        assertThat(made).isNotNull();
        assertThat(made.rule()).isEqualTo("A-CHUNK");
        assertThat(made.chunkSize()).isEqualTo(45); // 0.9 * 50 / (10 * 0.1)
        assertThat(round(course, 5_000, 1, 0))
                .as("10 µs, of which one is crossing: as it should be")
                .isNull();
        assertThat(round(course, 12_000, 1, 0)).as("hardly different").isNull();
        Adaptation back = round(course, 10 * MILLI, 1, 0);
        assertThat(back).isNotNull();
        assertThat(back.chunkSize()).as("long items go alone").isEqualTo(1);
    }

    @Test
    void ignoresRoundsOfTheOtherEngineAndRoundsOfNothing() {
        MeasuredCourse course = course(Strategy.THREADS, BOTH);

        for (int i = 0; i < 100; i++) {
            assertThat(course.propose(seen(Strategy.PROCESSES, 1, MILLI, 0.1, 0.9), false))
                    .isNull();
            assertThat(course.propose(new Round(Strategy.THREADS, 2, 2, 1, 0, 5, MILLI, 0, MILLI), false))
                    .isNull();
        }
    }

    private static MeasuredCourse course(Strategy start, Set<Strategy> possible) {
        return new MeasuredCourse(COSTS, true, start, 1, possible);
    }

    /** So many rounds of a hundred items each, until something follows, which is adopted. */
    private static @Nullable Adaptation hear(
            MeasuredCourse course, int rounds, long nanosPerItem, double computing, double garbage) {
        for (int i = 0; i < rounds; i++) {
            Adaptation made = round(course, nanosPerItem, computing, garbage);
            if (made != null) {
                return made;
            }
        }
        return null;
    }

    private static @Nullable Adaptation round(
            MeasuredCourse course, long nanosPerItem, double computing, double garbage) {
        Adaptation made =
                course.propose(seen(course.current(), course.chunkSize(), nanosPerItem, computing, garbage), false);
        if (made != null) {
            assertThat(course.adopt(made)).isTrue();
        }
        return made;
    }

    private static Round seen(Strategy strategy, int chunkSize, long nanosPerItem, double computing, double garbage) {
        long wall = 100 * nanosPerItem;
        return new Round(
                strategy, WORKERS, WORKERS, chunkSize, 100, 1_000, wall, (long) (computing * wall * WORKERS), (long)
                        (garbage * wall));
    }
}

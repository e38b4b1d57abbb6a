package dev.tandem.recommend;

import static dev.tandem.recommend.Trait.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.RunnerOptions;
import dev.tandem.Strategy;
import dev.tandem.ThreadOptions;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecommenderTest {

    private static final long MB = 1L << 20;

    /** Not the defaults, which follow what is measured. */
    private static final CostModel COSTS = new CostModel(
            Duration.ofNanos(56_000),
            1_000_000_000,
            Duration.ofMillis(140),
            27 * MB,
            Duration.ofNanos(8_000),
            Duration.ofNanos(440_000));

    private static final Machine MACHINE = Machine.of(8, 32L << 30, 21).withCosts(COSTS);

    @ParameterizedTest
    @CsvSource({
        "UI_FACING, THREADS, G-UI, 7",
        "IO_BOUND, THREADS, G-IO, 16",
        "NETWORK_BOUND, THREADS, G-NET, 80",
        "CPU_BOUND, PROCESSES, G-CPU, 8",
        "COMPUTE_INTENSIVE, PROCESSES, G-CPU, 8"
    })
    void followsTheGuide(Trait trait, Strategy strategy, String rule, int workers) {
        Recommendation advice = recommend(WorkloadProfile.of(trait));

        assertThat(advice.strategy()).isEqualTo(strategy);
        assertThat(advice.decidedBy().rule()).isEqualTo(rule);
        assertThat(advice.sizing().workers()).isEqualTo(workers);
    }

    @ParameterizedTest
    @CsvSource({
        "MAY_CRASH, GATE-CRASH",
        "NATIVE_CODE, GATE-NATIVE",
        "MAY_HANG, GATE-HANG",
        "CALLS_EXIT, GATE-EXIT",
        "CHANGES_GLOBAL_STATE, GATE-STATE",
        "NOT_THREAD_SAFE, GATE-UNSAFE",
        "MUST_BE_CAPPED, GATE-CAP",
        "OTHER_JVM_FLAGS, GATE-FLAGS",
        "OTHER_JDK, GATE-JDK"
    })
    void opensAGateToProcesses(Trait trait, String rule) {
        Recommendation advice = recommend(WorkloadProfile.of(IO_BOUND, trait));

        assertThat(advice.strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(advice.decidedBy().rule()).isEqualTo(rule);
        assertThat(advice.confidence()).isEqualTo(Confidence.HIGH);
    }

    @ParameterizedTest
    @CsvSource({"LIVE_SHARED_OBJECTS, GATE-LIVE", "NOT_SERIALIZABLE, GATE-TRAVEL"})
    void closesTheGateToProcesses(Trait trait, String rule) {
        Recommendation advice = recommend(WorkloadProfile.of(CPU_BOUND, trait));

        assertThat(advice.strategy()).isEqualTo(Strategy.THREADS);
        assertThat(advice.decidedBy().rule()).isEqualTo(rule);
    }

    @Test
    void namesWhatIsLostWhereProcessesAreNeededAndImpossible() {
        WorkloadProfile profile = WorkloadProfile.of(CALLS_EXIT, MAY_CRASH);

        Recommendation advice = Recommender.recommend(profile, MACHINE.withoutProcesses());

        assertThat(advice.strategy()).isEqualTo(Strategy.THREADS);
        assertThat(advice.decidedBy().rule()).isEqualTo("GATE-START");
        assertThat(advice.lostGuarantees())
                .hasSize(2)
                .anyMatch(lost -> lost.contains("GATE-CRASH"))
                .anyMatch(lost -> lost.contains("GATE-EXIT"));
        assertThat(advice.contradictions()).extracting(Reason::rule).containsExactly("X-GATES");
        assertThat(advice.confidence()).isEqualTo(Confidence.LOW);
    }

    @Test
    void staysOnThreadsWhereNoWorkerFitsIntoTheMemory() {
        Machine small = Machine.of(4, 60 * MB, 21).withCosts(COSTS);

        assertThat(Recommender.recommend(WorkloadProfile.of(CPU_BOUND), small)
                        .decidedBy()
                        .rule())
                .isEqualTo("GATE-MEMORY");
        assertThat(Recommender.recommend(WorkloadProfile.of(CPU_BOUND), Machine.of(4, 128 * MB, 21))
                        .strategy())
                .isEqualTo(Strategy.PROCESSES);
    }

    @Test
    void goesToProcessesForATaskThatDoesNotFitIntoThisHeap() {
        Recommendation advice = recommend(WorkloadProfile.of().memoryPerTask(9_000 * MB));

        assertThat(advice.decidedBy().rule()).isEqualTo("GATE-HEAP");
        assertThat(advice.sizing().workers()).isEqualTo(1);
        assertThat(advice.sizing().maxHeapBytes()).hasValue(18_000 * MB);
    }

    @Test
    void answersForTasksAndMachinesOfAnySize() {
        Recommendation huge = recommend(WorkloadProfile.of(CPU_BOUND).memoryPerTask(Long.MAX_VALUE));
        assertThat(huge.decidedBy().rule()).isEqualTo("GATE-MEMORY");
        assertThat(((ProcessOptions) huge.optionsOn(Strategy.PROCESSES)).maxHeapBytes())
                .as("the largest that the option takes")
                .hasValue(1L << 50);
        assertThat(((ProcessOptions) recommend(WorkloadProfile.of().memoryPerTask((1L << 49) + 1))
                                .optionsOn(Strategy.PROCESSES))
                        .maxHeapBytes())
                .hasValue(1L << 50);

        Recommendation capped =
                Recommender.recommend(WorkloadProfile.of(MUST_BE_CAPPED), Machine.of(8, Long.MAX_VALUE, 21));
        assertThat(((ProcessOptions) capped.options().orElseThrow()).maxHeapBytes())
                .hasValue(1L << 50);
        try (ParallelRunner runner =
                ParallelRunner.adaptive(WorkloadProfile.of(CPU_BOUND).memoryPerTask(Long.MAX_VALUE))) {
            assertThat(runner.strategy()).isEqualTo(Strategy.THREADS);
        }
    }

    @Test
    void promisesNoLargerHeapThanTheMachineHas() {
        Recommendation advice = recommend(WorkloadProfile.of(CPU_BOUND).memoryPerTask(100L << 30));

        assertThat(advice.decidedBy().rule()).isEqualTo("GATE-MEMORY");
        assertThat(advice.reasons()).extracting(Reason::rule).doesNotContain("GATE-HEAP");
        assertThat(advice.contradictions()).extracting(Reason::rule).containsExactly("X-HEAP");
        assertThat(advice.explain()).contains("take a larger machine").doesNotContain("raise -Xmx");
    }

    @Test
    void takesUnknownForPossible() {
        assertThat(recommend(WorkloadProfile.of(MAY_HANG)).strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(recommend(WorkloadProfile.of(MAY_HANG).without(IGNORES_INTERRUPTION))
                        .strategy())
                .isEqualTo(Strategy.THREADS);
        assertThat(recommend(WorkloadProfile.of(NATIVE_CODE).without(MAY_CRASH)).strategy())
                .isEqualTo(Strategy.THREADS);
    }

    @Test
    void keepsTasksShorterThanTheirCrossingHere() {
        WorkloadProfile work = WorkloadProfile.of(CPU_BOUND);

        assertThat(recommend(work.taskTime(Duration.ofNanos(56_001))).strategy())
                .isEqualTo(Strategy.PROCESSES);
        assertThat(recommend(work.taskTime(Duration.ofNanos(55_999)))
                        .decidedBy()
                        .rule())
                .isEqualTo("C-CROSSING");
        assertThat(recommend(work.taskTime(Duration.ofMillis(1)).payloadBytes(1_000_000))
                        .decidedBy()
                        .rule())
                .as("the bytes count")
                .isEqualTo("C-CROSSING");
    }

    @Test
    void sendsShortTasksInChunksWhereAGateLeavesNoChoice() {
        Recommendation advice = recommend(
                WorkloadProfile.of(CALLS_EXIT).taskTime(Duration.ofNanos(1_000)).tasks(1_000_000));

        assertThat(advice.strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(advice.taskOptions().chunkSize()).hasValue(504); // 0.9 * 56 / (1 - 0.9)
        assertThat(advice.reasons())
                .filteredOn(reason -> reason.rule().equals("C-CROSSING"))
                .hasSize(1);
    }

    @Test
    void doesNotStartAWorkerForWorkThatIsSoonDone() {
        WorkloadProfile work = WorkloadProfile.of(CPU_BOUND).taskTime(Duration.ofMillis(10));

        assertThat(recommend(work.tasks(100)).decidedBy().rule()).isEqualTo("C-START"); // 125 ms on 8 cores
        assertThat(recommend(work.tasks(120)).strategy()).isEqualTo(Strategy.PROCESSES); // 150 ms
    }

    @Test
    void runsWhatIsDoneAtOnceInTheCallersThread() {
        Recommendation advice = recommend(
                WorkloadProfile.of(CPU_BOUND).taskTime(Duration.ofNanos(100)).tasks(1_000));

        assertThat(advice.strategy()).isEqualTo(Strategy.INLINE);
        assertThat(advice.options()).isEmpty();
        try (ParallelRunner runner = advice.open()) {
            assertThat(runner.strategy()).isEqualTo(Strategy.INLINE);
        }
    }

    @Test
    void sizesByTheNumbers() {
        assertThat(workers(WorkloadProfile.of(IO_BOUND).waitRatio(4))).isEqualTo(40); // 8 * (1 + 4)
        assertThat(workers(WorkloadProfile.of(IO_BOUND).waitRatio(4).downstreamLimit(12)))
                .isEqualTo(12);
        assertThat(workers(WorkloadProfile.of(NETWORK_BOUND).arrivals(100).taskTime(Duration.ofMillis(200))))
                .isEqualTo(25); // 20 under way / 0.8
        assertThat(workers(WorkloadProfile.of(CPU_BOUND).innerThreads(3))).isEqualTo(2);
        assertThat(workers(WorkloadProfile.of(CPU_BOUND, INNER_PARALLELISM))).isEqualTo(1);
        assertThat(workers(WorkloadProfile.of(CPU_BOUND).tasks(3))).isEqualTo(3);
        assertThat(workers(WorkloadProfile.of(CPU_BOUND).memoryPerTask(2_000 * MB)))
                .isEqualTo(4); // 19.2 GB / 4 GB
        assertThat(workers(WorkloadProfile.of(NOT_THREAD_SAFE, NOT_SERIALIZABLE)))
                .isEqualTo(1);
    }

    @Test
    void takesNoMoreWorkersThanTheMeasuredScalingBearsOut() {
        ScalingFit locked = new ScalingFit(0.5, 0, OptionalDouble.empty());
        WorkloadProfile work = WorkloadProfile.of(CPU_BOUND).scaling(Strategy.PROCESSES, locked);

        Recommendation advice = recommend(work);

        assertThat(advice.sizing().workers()).isEqualTo(4); // the fifth adds 0.067
        assertThat(advice.reasons()).extracting(Reason::rule).contains("N-SCALING");
        assertThat(workers(work.with(NOT_SERIALIZABLE)))
                .as("that was on worker JVMs")
                .isEqualTo(8);
        assertThat(workers(WorkloadProfile.of(CPU_BOUND)
                        .scaling(Strategy.PROCESSES, new ScalingFit(0, 0, OptionalDouble.empty()))))
                .isEqualTo(8);
    }

    @Test
    void takesNoMoreJvmsThanStartInASecondForWorkThatWaits() {
        WorkloadProfile waits = WorkloadProfile.of(NATIVE_CODE).waitRatio(53);

        assertThat(workers(waits)).isEqualTo(57); // 8 cores, 140 ms each; by N-GOETZ 432
        assertThat(recommend(waits).explain()).contains("57 workers", "N-STARTS", "1.5 GB of memory");
        assertThat(workers(waits.arrivals(1_000).taskTime(Duration.ofMillis(100))))
                .as("as many as keep up")
                .isEqualTo(125);
        assertThat(workers(WorkloadProfile.of(CONTENDS_ON_JVM_LOCKS).waitRatio(40)))
                .as("a lock is no disk")
                .isEqualTo(8);
    }

    @Test
    void buysNothingWithJvmsWhereNothingCanHappen() {
        WorkloadProfile safe = WorkloadProfile.of(CPU_BOUND)
                .without(MAY_CRASH, MAY_HANG, CALLS_EXIT, CHANGES_GLOBAL_STATE, NOT_THREAD_SAFE, MUST_BE_CAPPED);

        assertThat(recommend(safe).strategy()).isEqualTo(Strategy.THREADS);
        assertThat(recommend(safe).decidedBy().rule()).isEqualTo("C-SAFE");
        assertThat(recommend(safe.with(MAY_CRASH)).strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(recommend(safe.with(ALLOCATION_HEAVY)).strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(recommend(WorkloadProfile.of().without(CPU_BOUND))
                        .whatWouldChangeIt()
                        .get(Strategy.PROCESSES))
                .as("what was denied is no question")
                .doesNotContain("it is CPU-bound")
                .contains("it is compute-intensive");
    }

    @Test
    void usesVirtualThreadsForNetworksWhereTheyExist() {
        WorkloadProfile work = WorkloadProfile.of(NETWORK_BOUND);

        assertThat(recommend(work).sizing().virtualThreads()).isTrue();
        assertThat(Recommender.recommend(work, Machine.of(8, 32L << 30, 17))
                        .sizing()
                        .virtualThreads())
                .isFalse();
        assertThat(recommend(work.with(NATIVE_CODE).without(MAY_CRASH)).sizing().virtualThreads())
                .as("native code pins them")
                .isFalse();
    }

    @Test
    void recommendsForAMachineWithVirtualThreadsWhatCanBeReadOnOneWithout() {
        Recommendation advice = Recommender.recommend(WorkloadProfile.of(NETWORK_BOUND), Machine.of(8, 32L << 30, 25));

        ThreadOptions options = (ThreadOptions) advice.options().orElseThrow();

        assertThat(options.isVirtual()).isTrue();
        assertThat(options.workers()).isEqualTo(advice.sizing().workers());
        assertThat(advice.optionsOn(Strategy.THREADS)).isEqualTo(options);
        assertThat(advice.optionsOn(Strategy.PROCESSES).strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(advice.explain()).contains("virtual threads");
        if (Runtime.version().feature() < 21) {
            assertThatThrownBy(advice::open)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("this JVM is Java " + Runtime.version());
        }
    }

    @Test
    void letsMeasurementsDecideAndCallsATieByItsName() {
        assertThat(recommend(WorkloadProfile.of(CPU_BOUND).measured(100, 120)).strategy())
                .isEqualTo(Strategy.THREADS);
        Recommendation tie = recommend(WorkloadProfile.of(CPU_BOUND).measured(110, 100));
        assertThat(tie.strategy()).isEqualTo(Strategy.THREADS);
        assertThat(tie.decidedBy().consequence()).contains("tie");
        assertThat(recommend(WorkloadProfile.of(IO_BOUND).measured(200, 100)).strategy())
                .isEqualTo(Strategy.PROCESSES);
        assertThat(recommend(WorkloadProfile.of(CALLS_EXIT).measured(100, 900)).strategy())
                .as("a gate is not up for measurement")
                .isEqualTo(Strategy.PROCESSES);
        assertThat(recommend(WorkloadProfile.of(NOT_SERIALIZABLE).measured(900, 100))
                        .strategy())
                .isEqualTo(Strategy.THREADS);
    }

    @Test
    void reliesLessOnAMeasurementThatWasNotConclusive() {
        WorkloadProfile work = WorkloadProfile.of(CPU_BOUND).taskTime(Duration.ofNanos(10_000));

        assertThat(recommend(work).confidence()).isEqualTo(Confidence.HIGH);
        Recommendation tentative = Recommender.recommend(work, MACHINE, true);
        assertThat(tentative.confidence()).isEqualTo(Confidence.MEDIUM);
        assertThat(tentative.explain())
                .contains("medium: it rests on figures of a measurement that was not conclusive");
        assertThat(tentative).isNotEqualTo(recommend(work));
        assertThat(Recommender.recommend(work.with(CALLS_EXIT), MACHINE, true).confidence())
                .as("a gate needs no figures")
                .isEqualTo(Confidence.HIGH);
    }

    @Test
    void reportsContradictions() {
        assertThat(recommend(WorkloadProfile.of(CPU_BOUND, IO_BOUND)).contradictions())
                .extracting(Reason::rule)
                .containsExactly("X-BOUND");
        assertThat(recommend(WorkloadProfile.of(CPU_BOUND).waitRatio(9)).contradictions())
                .extracting(Reason::rule)
                .containsExactly("X-RATIO");
        assertThat(recommend(WorkloadProfile.of(CPU_BOUND).arrivals(2_000).taskTime(Duration.ofMillis(10)))
                        .contradictions())
                .extracting(Reason::rule)
                .containsExactly("X-RATE");
        assertThat(recommend(WorkloadProfile.of(NOT_SERIALIZABLE).memoryPerTask(9_000 * MB))
                        .contradictions())
                .extracting(Reason::rule)
                .containsExactly("X-GATES", "X-HEAP");
    }

    @Test
    void saysWhatWouldChangeIt() {
        Recommendation advice = recommend(
                WorkloadProfile.of(CPU_BOUND).taskTime(Duration.ofMillis(12)).tasks(50_000));

        assertThat(advice.whatWouldChangeIt().get(Strategy.THREADS))
                .contains("it cannot be serialized", "a task took less than 56 µs", "there were fewer than 94 tasks");
        WorkloadProfile said = WorkloadProfile.of(CPU_BOUND);
        assertThat(Recommender.recommend(said.with(NOT_SERIALIZABLE), said, MACHINE, false)
                        .whatWouldChangeIt()
                        .get(Strategy.PROCESSES))
                .as("nobody has said it, so nobody can take it back")
                .contains("measuring had not found that it cannot be serialized");
    }

    @Test
    void handsOutOptionsToBuildTheRunnerWith() {
        RunnerOptions threads = recommend(WorkloadProfile.of(IO_BOUND).payloadBytes(10 * MB))
                .options()
                .orElseThrow();
        assertThat(threads).isEqualTo(ThreadOptions.defaults().workers(16).queueCapacity(81));

        RunnerOptions processes = recommend(WorkloadProfile.of(CPU_BOUND).memoryPerTask(100 * MB))
                .options()
                .orElseThrow();
        assertThat(processes).isEqualTo(ProcessOptions.defaults().workers(8).maxHeap("200m"));
    }

    @Test
    void saysWhichGateForbidsAnEngineAndHowToBuildIt() {
        Recommendation crash = recommend(WorkloadProfile.of(MAY_CRASH));
        assertThat(crash.gateAgainst(Strategy.THREADS).map(Reason::rule)).hasValue("GATE-CRASH");
        assertThat(crash.gateAgainst(Strategy.INLINE)).isPresent();
        assertThat(crash.gateAgainst(Strategy.PROCESSES)).isEmpty();
        Recommendation local = recommend(WorkloadProfile.of(MAY_CRASH, NOT_SERIALIZABLE));
        assertThat(local.gateAgainst(Strategy.PROCESSES).map(Reason::rule)).hasValue("GATE-TRAVEL");
        assertThat(local.gateAgainst(Strategy.THREADS)).isEmpty();
        Recommendation free = recommend(WorkloadProfile.of(CPU_BOUND).memoryPerTask(100 * MB));
        assertThat(free.gateAgainst(Strategy.THREADS)).isEmpty();

        assertThat(free.optionsOn(Strategy.PROCESSES)).isEqualTo(free.options().orElseThrow());
        assertThat(free.optionsOn(Strategy.THREADS))
                .isEqualTo(ThreadOptions.defaults().workers(8).queueCapacity(65_536));
        assertThatThrownBy(() -> free.optionsOn(Strategy.INLINE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> free.optionsOn(noStrategy())).hasMessage("strategy");
    }

    @SuppressWarnings("NullAway") // what a careless user does
    private static Strategy noStrategy() {
        @Nullable Strategy none = null;
        return none;
    }

    @Test
    void losesNoDigitOfAWholeNumber() {
        WorkloadProfile odd = WorkloadProfile.of().tasks((1L << 53) + 1);

        assertThat(odd).isNotEqualTo(WorkloadProfile.of().tasks(1L << 53));
        assertThat(odd).hasToString("WorkloadProfile[[], {TASKS=9007199254740993}]");
        assertThat(recommend(odd.payloadBytes(Long.MAX_VALUE).arrivals(1e20)).toJson())
                .contains(
                        "\"tasks\": 9007199254740993,",
                        "\"payloadBytes\": 9223372036854775807",
                        "\"arrivalsPerSecond\": 100000000000000000000");
        assertThat(WorkloadProfile.of().with(Quantity.TASKS, 5.0))
                .isEqualTo(WorkloadProfile.of().tasks(5));
    }

    @Test
    void takesBackTheNumberOfInnerThreadsWithTheTrait() {
        assertThat(WorkloadProfile.of().innerThreads(8).without(INNER_PARALLELISM))
                .isEqualTo(WorkloadProfile.of().without(INNER_PARALLELISM));
    }

    @Test
    void saysWhatItCapsAndThatNothingIsBought() {
        assertThat(recommend(WorkloadProfile.of(MAY_HANG).taskTime(Duration.ofDays(40)))
                        .explain())
                .contains("10 × that, at most a year");
        Recommendation longer = recommend(WorkloadProfile.of(MAY_HANG).taskTime(Duration.ofDays(400)));
        assertThat(longer.taskOptions().timeout()).isEmpty();
        assertThat(longer.explain()).contains("no time-out can tell that it hangs");
        assertThat(recommend(WorkloadProfile.of(NOT_SERIALIZABLE).memoryPerTask(20L << 30))
                        .explain())
                .contains("40 GB, twice what it holds, of a heap of 8 GB");
        assertThat(recommend(WorkloadProfile.of().without(Trait.values())).alternatives())
                .extracting(Alternative::whyNot)
                .anyMatch(why -> why.endsWith("; what they keep from happening was denied"))
                .noneMatch(why -> why.contains("worth it"));
    }

    @Test
    void writesOneAsOne() {
        Duration second = Duration.ofSeconds(1);
        assertThat(recommend(WorkloadProfile.of().arrivals(1).taskTime(second)).explain())
                .contains("1 task arrives per second")
                .doesNotContain("1 tasks");
        assertThat(recommend(WorkloadProfile.of(COMPUTE_INTENSIVE, IO_BOUND)
                                .waitRatio(60)
                                .innerThreads(1))
                        .explain())
                .contains("each task computes on 1 thread ")
                .doesNotContain("1 threads");
        assertThat(recommend(WorkloadProfile.of(IO_BOUND).waitRatio(0).serialShare(1))
                        .explain())
                .contains("is it CPU-bound?", "so as fast as one worker.")
                .doesNotContain("?.", "1 times");
        assertThat(Figures.bytes(1.0)).isEqualTo("1 byte");
        assertThat(Recommender.recommend(WorkloadProfile.of(IO_BOUND).waitRatio(1e9), Machine.of(1 << 20, 1L << 50, 17))
                        .explain())
                .containsPattern("Workers +134,217,728 by");
    }

    @Test
    void opensTheRunner() {
        try (ParallelRunner runner = recommend(WorkloadProfile.of(IO_BOUND)).open()) {
            assertThat(runner.strategy()).isEqualTo(Strategy.THREADS);
            assertThat(runner.submit(() -> 6 * 7).join()).isEqualTo(42);
        }
    }

    @Test
    void looksAtThisMachine() {
        Machine here = Machine.current();

        assertThat(here.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(here.memoryBytes()).isGreaterThan(64 * MB);
        assertThat(here.startsProcesses()).isTrue();
        assertThat(here.javaVersion()).isEqualTo(Runtime.version().feature());
        assertThat(Recommender.recommend(WorkloadProfile.of(CPU_BOUND))
                        .machine()
                        .cores())
                .isEqualTo(here.cores());
    }

    @Test
    void refusesImpossibleNumbersByName() {
        WorkloadProfile work = WorkloadProfile.of();
        assertThatThrownBy(() -> work.tasks(0)).hasMessage("tasks must be positive: tasks=0");
        assertThatThrownBy(() -> work.arrivals(-2.5)).hasMessage("arrivals must be positive: arrivals=-2.5");
        assertThatThrownBy(() -> work.waitRatio(Double.NaN))
                .hasMessage("waitRatio must be a finite number: waitRatio=NaN");
        assertThatThrownBy(() -> work.arrivals(Double.POSITIVE_INFINITY))
                .hasMessage("arrivals must be a finite number: arrivals=Infinity");
        assertThatThrownBy(() -> work.serialShare(1.5)).hasMessage("serialShare must be from 0 to 1: serialShare=1.5");
        assertThatThrownBy(() -> work.taskTime(Duration.ofMillis(-3)))
                .hasMessage("taskTime must not be negative: taskTime=PT-0.003S");
        assertThatThrownBy(() -> work.taskTime(Duration.ofDays(40_000)))
                .hasMessage("taskTime must not be longer than a century: taskTime=PT960000H");
        assertThatThrownBy(() -> WorkloadProfile.of(CPU_BOUND, (Trait) null)).hasMessage("trait");
        assertThatThrownBy(() -> work.without((Trait) null)).hasMessage("trait");
        assertThatThrownBy(() -> Machine.of(0, 1, 17)).hasMessage("cores must be positive: cores=0");
        assertThatThrownBy(() -> Machine.of(1, 0, 17)).hasMessage("memoryBytes must be positive: memoryBytes=0");
    }

    @Test
    void tellsDeclaredFromDeniedFromUnknown() {
        WorkloadProfile profile =
                WorkloadProfile.of(CPU_BOUND, MAY_HANG).without(MAY_HANG).with(IO_BOUND);

        assertThat(profile.declared()).containsExactly(IO_BOUND, CPU_BOUND);
        assertThat(profile.denied()).containsExactly(MAY_HANG);
        assertThat(profile).isEqualTo(WorkloadProfile.of(IO_BOUND, CPU_BOUND).without(MAY_HANG));
        assertThat(List.of(profile.toString()))
                .containsExactly("WorkloadProfile[[io bound, cpu bound], not [may hang]]");
    }

    private static int workers(WorkloadProfile profile) {
        return recommend(profile).sizing().workers();
    }

    private static Recommendation recommend(WorkloadProfile profile) {
        return Recommender.recommend(profile, MACHINE);
    }
}

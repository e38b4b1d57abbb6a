package dev.tandem.recommend;

import static dev.tandem.recommend.Trait.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Strategy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The texts for the cases of the guide, for gates and for contradictions, on a machine that is always the same. */
final class GoldenExplanationsTest {

    /** Not the defaults, which follow what is measured. */
    private static final CostModel COSTS = new CostModel(
            Duration.ofNanos(57_000),
            1_000_000_000,
            Duration.ofMillis(152),
            32L << 20,
            Duration.ofNanos(750),
            Duration.ofNanos(440_000));

    private static final Machine MACHINE = machine(8, 32L << 30, 21);
    private static final Map<String, Recommendation> CASES = new LinkedHashMap<>();

    static {
        on(MACHINE, "nothing-known", WorkloadProfile.of());
        on(MACHINE, "ui", WorkloadProfile.of(UI_FACING));
        on(MACHINE, "io", WorkloadProfile.of(IO_BOUND));
        on(MACHINE, "network", WorkloadProfile.of(NETWORK_BOUND));
        on(
                machine(8, 32L << 30, 17),
                "network-on-17",
                WorkloadProfile.of(NETWORK_BOUND).downstreamLimit(20));
        on(MACHINE, "cpu", WorkloadProfile.of(CPU_BOUND).tasks(50_000).taskTime(Duration.ofMillis(12)));
        on(MACHINE, "compute-intensive", WorkloadProfile.of(COMPUTE_INTENSIVE));
        on(MACHINE, "tiny-tasks", WorkloadProfile.of(CPU_BOUND).taskTime(Duration.ofNanos(500)));
        on(
                MACHINE,
                "tiny-tasks-that-crash",
                WorkloadProfile.of(CPU_BOUND, MAY_CRASH).taskTime(Duration.ofNanos(500)));
        on(
                MACHINE,
                "soon-done",
                WorkloadProfile.of(CPU_BOUND).taskTime(Duration.ofMillis(1)).tasks(10));
        on(
                MACHINE,
                "large-payload",
                WorkloadProfile.of(CPU_BOUND, CALLS_EXIT)
                        .taskTime(Duration.ofMillis(5))
                        .payloadBytes(50 << 20));
        on(
                MACHINE,
                "hang-that-obeys",
                WorkloadProfile.of(MAY_HANG).without(IGNORES_INTERRUPTION).taskTime(Duration.ofMillis(50)));
        on(MACHINE, "cap-without-number", WorkloadProfile.of(MUST_BE_CAPPED));
        on(MACHINE.withoutProcesses(), "no-processes-here", WorkloadProfile.of(MAY_CRASH, CALLS_EXIT));
        on(machine(2, 64L << 20, 21), "no-memory", WorkloadProfile.of(CPU_BOUND).memoryPerTask(100 << 20));
        on(MACHINE, "gates-contradict", WorkloadProfile.of(LIVE_SHARED_OBJECTS, MAY_CRASH, OTHER_JDK));
        on(
                MACHINE,
                "bounds-contradict",
                WorkloadProfile.of(CPU_BOUND, NETWORK_BOUND).waitRatio(12));
        on(
                MACHINE,
                "rate-too-high",
                WorkloadProfile.of(CPU_BOUND).arrivals(1_000).taskTime(Duration.ofMillis(20)));
        on(
                MACHINE,
                "allocates",
                WorkloadProfile.of(CPU_BOUND, ALLOCATION_HEAVY, CONTENDS_ON_JVM_LOCKS)
                        .gcShare(0.3)
                        .serialShare(0.05));
        on(
                MACHINE,
                "all-that-asks-for-processes",
                WorkloadProfile.of(
                        NATIVE_CODE,
                        MAY_HANG,
                        CALLS_EXIT,
                        CHANGES_GLOBAL_STATE,
                        NOT_THREAD_SAFE,
                        MUST_BE_CAPPED,
                        OTHER_JVM_FLAGS,
                        OTHER_JDK));
        on(MACHINE, "larger-than-this-heap", WorkloadProfile.of().memoryPerTask(9L << 30));
        on(
                MACHINE,
                "cannot-travel",
                WorkloadProfile.of(CPU_BOUND, NOT_SERIALIZABLE, NOT_THREAD_SAFE).tasks(4));
        on(
                MACHINE,
                "done-at-once",
                WorkloadProfile.of().taskTime(Duration.ofNanos(100)).tasks(1_000));
        on(MACHINE, "parallel-inside", WorkloadProfile.of(COMPUTE_INTENSIVE).innerThreads(3));
        on(
                MACHINE,
                "arrives-too-fast",
                WorkloadProfile.of(CPU_BOUND).arrivals(2_000).taskTime(Duration.ofMillis(10)));
        on(
                machine(8, 1L << 30, 17),
                "waits-for-long",
                WorkloadProfile.of(IO_BOUND).waitRatio(1_000).payloadBytes(1 << 20));
        on(MACHINE, "computes-and-waits", WorkloadProfile.of(CPU_BOUND).waitRatio(9));
        on(
                MACHINE,
                "few-tasks",
                WorkloadProfile.of(CPU_BOUND).taskTime(Duration.ofSeconds(1)).tasks(5));
        on(
                MACHINE,
                "scales-badly",
                WorkloadProfile.of(CPU_BOUND)
                        .measured(3_000_000, 1_000_000)
                        .scaling(Strategy.PROCESSES, new ScalingFit(0.4, 0.01, OptionalDouble.empty())));
        on(
                MACHINE,
                "all-risks-denied",
                WorkloadProfile.of(CPU_BOUND)
                        .without(
                                MAY_CRASH,
                                MAY_HANG,
                                CALLS_EXIT,
                                CHANGES_GLOBAL_STATE,
                                NOT_THREAD_SAFE,
                                MUST_BE_CAPPED));
        on(
                machine(2, 32L << 30, 21),
                "native-code-that-waits",
                WorkloadProfile.of(NATIVE_CODE).waitRatio(53));
        on(
                MACHINE,
                "locks-on-threads",
                WorkloadProfile.of(IO_BOUND, CONTENDS_ON_JVM_LOCKS).waitRatio(40));
        on(MACHINE, "measured-tie", WorkloadProfile.of(CPU_BOUND).measured(1_000_000, 1_050_000));
        on(MACHINE, "measured-processes", WorkloadProfile.of().measured(3_000_000, 1_000_000));
        on(MACHINE, "measured-but-gated", WorkloadProfile.of(CALLS_EXIT).measured(1_000_000, 3_000_000));
    }

    private static void on(Machine machine, String name, WorkloadProfile profile) {
        CASES.put(name, Recommender.recommend(profile, machine));
    }

    @TestFactory
    Stream<DynamicTest> explainsAsItDid() {
        return CASES.entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.getKey(),
                        () -> Golden.check(one.getKey() + ".txt", one.getValue().explain())));
    }

    @Test
    void hasACaseInWhichEachRuleSpeaks() {
        Set<String> silent = Rulebook.stages().values().stream()
                .flatMap(List::stream)
                .map(Rule::name)
                .collect(Collectors.toCollection(TreeSet::new));
        CASES.values().stream()
                .flatMap(advice -> advice.reasons().stream())
                .filter(Reason::applied)
                .forEach(reason -> silent.remove(reason.rule()));

        assertThat(silent).as("rules without a text that is kept").isEmpty();
    }

    @Test
    void writesTheSameJson() {
        Golden.check("cpu.json", CASES.get("cpu").toJson());
    }

    @Test
    void writesTheSameMarkdown() {
        Golden.check("gates-contradict.md", CASES.get("gates-contradict").toMarkdown());
    }

    private static Machine machine(int cores, long memoryBytes, int javaVersion) {
        return Machine.of(cores, memoryBytes, javaVersion).withCosts(COSTS);
    }
}

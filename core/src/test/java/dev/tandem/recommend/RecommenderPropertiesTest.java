package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Strategy;
import java.time.Duration;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every profile and every machine. */
final class RecommenderPropertiesTest {

    private static final int TRIES = 300;

    /** What asks "what if" a hundred times for each text. */
    private static final int TRIES_OF_TEXTS = 60;

    /** The Markdown holds the explanation. */
    private static final String[] NO_NUMBERS = {"NaN", "Infinity", "∞", "null bytes"};

    private static final Set<Trait> RISKS = Set.of(
            Trait.NATIVE_CODE,
            Trait.MAY_CRASH,
            Trait.MAY_HANG,
            Trait.IGNORES_INTERRUPTION,
            Trait.CHANGES_GLOBAL_STATE,
            Trait.CALLS_EXIT,
            Trait.NOT_THREAD_SAFE,
            Trait.MUST_BE_CAPPED,
            Trait.OTHER_JVM_FLAGS,
            Trait.OTHER_JDK);

    @Property(tries = TRIES_OF_TEXTS)
    void givesTheSameAnswerToTheSameQuestion(
            @ForAll("profiles") WorkloadProfile profile, @ForAll("machines") Machine machine) {
        Recommendation once = Recommender.recommend(profile, machine);
        Recommendation again = Recommender.recommend(profile, machine);

        assertThat(again.toJson()).isEqualTo(once.toJson());
        assertThat(again.explain()).isEqualTo(once.explain());
    }

    @Property(tries = TRIES)
    void neverMovesFromProcessesToThreadsForARisk(
            @ForAll("profiles") WorkloadProfile profile, @ForAll("machines") Machine machine) {
        if (Decision.of(profile, machine).strategy() == Strategy.PROCESSES) {
            for (Trait risk : RISKS) {
                assertThat(Decision.of(profile.with(risk), machine).strategy())
                        .as("with %s", risk)
                        .isEqualTo(Strategy.PROCESSES);
            }
        }
    }

    @Property(tries = TRIES)
    void recommendsOneWorkerAtLeastAndNoMoreThanAnyLimit(
            @ForAll("profiles") WorkloadProfile profile, @ForAll("machines") Machine machine) {
        Decision decision = Decision.of(profile, machine);
        int workers = decision.sizing().workers();

        assertThat(workers).isPositive();
        profile.find(Quantity.TASKS)
                .ifPresent(most -> assertThat((double) workers).isLessThanOrEqualTo(most));
        profile.find(Quantity.DOWNSTREAM_LIMIT)
                .ifPresent(most -> assertThat((double) workers).isLessThanOrEqualTo(most));
        if (decision.strategy() == Strategy.PROCESSES) {
            double heap = decision.sizing().maxHeapBytes().orElse(Situation.LEAST_HEAP_BYTES);
            assertThat(workers == 1
                            || workers * (heap + machine.costs().workerBytes())
                                    <= 0.6 * machine.memoryBytes() + workers * 1048576.0)
                    .as("%d workers of %.0f bytes in %d", workers, heap, machine.memoryBytes())
                    .isTrue();
        }
    }

    @Property(tries = TRIES)
    void neverRecommendsVirtualThreadsWhereThereAreNone(
            @ForAll("profiles") WorkloadProfile profile, @ForAll("machines") Machine machine) {
        Decision decision = Decision.of(profile, machine);

        if (decision.sizing().virtualThreads()) {
            assertThat(machine.javaVersion()).isGreaterThanOrEqualTo(21);
            assertThat(decision.strategy()).isEqualTo(Strategy.THREADS);
        }
    }

    /** One property, for the texts are what costs time. */
    @Property(tries = TRIES_OF_TEXTS)
    void saysAllThatFiredAndNothingThatIsNoNumber(
            @ForAll("profiles") WorkloadProfile profile, @ForAll("machines") Machine machine) {
        Recommendation advice = Recommender.recommend(profile, machine);
        String text = advice.explain();

        assertThat(text).contains("G-UI", "G-IO", "G-NET", "G-CPU");
        GateRules.ALL.stream()
                .filter(rule -> rule.ask(Situation.first(profile, machine)).isPresent())
                .forEach(rule -> assertThat(text).contains(rule.name()));
        advice.contradictions().forEach(reason -> assertThat(text).contains(reason.rule()));
        if (!advice.contradictions().isEmpty()) {
            assertThat(advice.confidence()).isEqualTo(Confidence.LOW);
        }
        assertThat(advice.toMarkdown() + advice.toJson()).doesNotContain(NO_NUMBERS);
    }

    @Property(tries = TRIES_OF_TEXTS)
    void dividesByNoZero(@ForAll("profiles") WorkloadProfile profile, @ForAll("machines") Machine machine) {
        WorkloadProfile instant = profile.taskTime(Duration.ZERO).waitRatio(0).payloadBytes(0);

        Recommendation advice = Recommender.recommend(instant, machine);

        assertThat(advice.toMarkdown() + advice.toJson()).doesNotContain(NO_NUMBERS);
    }

    @Provide
    Arbitrary<Machine> machines() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 256),
                        Arbitraries.longs().between(32L << 20, 1L << 40),
                        Arbitraries.of(17, 21, 25),
                        Arbitraries.of(true, true, true, false))
                .as((cores, memory, java, starts) -> starts
                        ? Machine.of(cores, memory, java)
                        : Machine.of(cores, memory, java).withoutProcesses());
    }

    @Provide
    Arbitrary<WorkloadProfile> profiles() {
        Arbitrary<Set<Trait>> traits = Arbitraries.of(Trait.class).set().ofMaxSize(4);
        return Combinators.combine(traits, traits, numbers(), numbers(), numbers())
                .as((declared, denied, first, second, third) -> {
                    WorkloadProfile profile =
                            WorkloadProfile.of(declared.toArray(Trait[]::new)).without(denied.toArray(Trait[]::new));
                    return third.addTo(second.addTo(first.addTo(profile)));
                });
    }

    private record Number(Quantity quantity, double value) {
        WorkloadProfile addTo(WorkloadProfile profile) {
            return profile.with(quantity, value);
        }
    }

    private static Arbitrary<Number> numbers() {
        return Combinators.combine(
                        Arbitraries.of(Quantity.class),
                        Arbitraries.doubles().between(0, 12),
                        Arbitraries.of(true, false))
                .as(RecommenderPropertiesTest::number);
    }

    /** All orders of magnitude alike, and the edges. */
    private static Number number(Quantity quantity, double magnitude, boolean isEdge) {
        double value = Math.floor(Math.pow(10, magnitude));
        return switch (quantity) {
            case TASKS, DOWNSTREAM_LIMIT, INNER_THREADS -> new Number(quantity, Math.min(value, 1 << 30));
            case SERIAL_SHARE, GC_SHARE, CONTENTION_ON_THREADS, CONTENTION_ON_PROCESSES ->
                new Number(quantity, isEdge ? Math.rint(magnitude / 12) : magnitude / 12);
            case ARRIVALS_PER_SECOND, MEASURED_ON_THREADS_NANOS, MEASURED_ON_PROCESSES_NANOS ->
                new Number(quantity, value);
            default -> new Number(quantity, isEdge ? 0 : value);
        };
    }
}

package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of some work: its traits, and numbers. Everything is optional, and what is not said is unknown, not false.
 *
 * <pre>{@code
 * Recommendation advice = Recommender.recommend(
 *         WorkloadProfile.of(Trait.CPU_BOUND).tasks(50_000).taskTime(ofMillis(12)));
 * System.out.println(advice.explain());
 * }</pre>
 *
 * <p>Immutable and safe for use by any number of threads: each setter checks its value and returns a copy. Two profiles are equal
 * if they say the same. Facts that contradict each other are not refused here; the recommendation reports them.
 */
public final class WorkloadProfile {

    private static final WorkloadProfile UNKNOWN = new WorkloadProfile(
            EnumSet.noneOf(Trait.class), EnumSet.noneOf(Trait.class), new EnumMap<>(Quantity.class));

    private static final double LARGEST_EXACT = 1L << 53;

    /** None of these is changed, nor shown to anybody who could, once it is here. */
    private final EnumSet<Trait> declared;

    private final EnumSet<Trait> denied;
    /** Whole numbers as {@link Long}, as far as these go; so no digit is lost. */
    private final EnumMap<Quantity, Number> quantities;

    private WorkloadProfile(EnumSet<Trait> declared, EnumSet<Trait> denied, EnumMap<Quantity, Number> quantities) {
        this.declared = declared;
        this.denied = denied;
        this.quantities = quantities;
    }

    /**
     * Describes work by its traits.
     *
     * @param traits what holds for it; none says that nothing is known
     * @return a profile
     */
    public static WorkloadProfile of(Trait... traits) {
        return UNKNOWN.with(traits);
    }

    /**
     * Declares more traits.
     *
     * @param traits what holds for the work, too
     * @return a copy of this profile with them; those that had been denied no longer are
     */
    public WorkloadProfile with(Trait... traits) {
        return with(Arrays.asList(Objects.requireNonNull(traits, "traits")));
    }

    private WorkloadProfile with(Collection<Trait> traits) {
        traits.forEach(trait -> Objects.requireNonNull(trait, "trait"));
        EnumSet<Trait> more = copy(declared);
        more.addAll(traits);
        EnumSet<Trait> less = copy(denied);
        less.removeAll(traits);
        return new WorkloadProfile(more, less, quantities);
    }

    /**
     * Denies traits: says that they do not hold, which is more than leaving them out.
     *
     * @param traits what does not hold for the work
     * @return a copy of this profile without them; those that had been declared no longer are. Without {@link Trait#INNER_PARALLELISM} there
     *     is no number of {@linkplain #innerThreads inner threads} either
     */
    public WorkloadProfile without(Trait... traits) {
        List<Trait> all = Arrays.asList(Objects.requireNonNull(traits, "traits"));
        all.forEach(trait -> Objects.requireNonNull(trait, "trait"));
        EnumSet<Trait> more = copy(denied);
        more.addAll(all);
        EnumSet<Trait> less = copy(declared);
        less.removeAll(all);
        EnumMap<Quantity, Number> numbers = new EnumMap<>(quantities);
        if (all.contains(Trait.INNER_PARALLELISM)) {
            numbers.remove(Quantity.INNER_THREADS);
        }
        return new WorkloadProfile(less, more, numbers);
    }

    /** Leaves a trait open again. */
    WorkloadProfile open(Trait trait) {
        EnumSet<Trait> less = copy(declared);
        less.remove(trait);
        return new WorkloadProfile(less, denied, quantities);
    }

    /**
     * Says how many tasks there will be.
     *
     * @param tasks a positive number
     * @return a copy of this profile with that number
     */
    public WorkloadProfile tasks(long tasks) {
        return with(Quantity.TASKS, Amounts.positive("tasks", tasks));
    }

    /**
     * Says how long one task takes from its start to its end, waiting included.
     *
     * @param time from zero to a century; typical, not the worst
     * @return a copy of this profile with that time
     */
    public WorkloadProfile taskTime(Duration time) {
        return with(Quantity.TASK_TIME_NANOS, Amounts.time("taskTime", time).toNanos());
    }

    /**
     * Says how much a task waits, compared with how much it computes: 0 never waits, 9 computes for a tenth of its time.
     *
     * @param ratio time of waiting divided by time of computing, zero or more
     * @return a copy of this profile with that ratio
     */
    public WorkloadProfile waitRatio(double ratio) {
        return with(Quantity.WAIT_RATIO, Amounts.notNegative("waitRatio", ratio));
    }

    /**
     * Says how many tasks arrive, where they come by themselves instead of being there from the start.
     *
     * @param perSecond a positive number
     * @return a copy of this profile with that rate
     */
    public WorkloadProfile arrivals(double perSecond) {
        return with(Quantity.ARRIVALS_PER_SECOND, Amounts.positive("arrivals", perSecond));
    }

    /**
     * Says how large the input of a task is, with what it captures, when it is serialized.
     *
     * @param bytes zero or more
     * @return a copy of this profile with that size
     */
    public WorkloadProfile payloadBytes(long bytes) {
        return with(Quantity.PAYLOAD_BYTES, Amounts.notNegative("payloadBytes", bytes));
    }

    /**
     * Says how large the result of a task is, when it is serialized.
     *
     * @param bytes zero or more
     * @return a copy of this profile with that size
     */
    public WorkloadProfile resultBytes(long bytes) {
        return with(Quantity.RESULT_BYTES, Amounts.notNegative("resultBytes", bytes));
    }

    /**
     * Says how much memory a task holds at most while it runs.
     *
     * @param bytes zero or more
     * @return a copy of this profile with that size
     */
    public WorkloadProfile memoryPerTask(long bytes) {
        return with(Quantity.MEMORY_PER_TASK_BYTES, Amounts.notNegative("memoryPerTask", bytes));
    }

    /**
     * Says how many at once the other side bears: connections of a database, requests that a server allows.
     *
     * @param atOnce a positive number
     * @return a copy of this profile with that limit
     */
    public WorkloadProfile downstreamLimit(int atOnce) {
        return with(Quantity.DOWNSTREAM_LIMIT, Amounts.positive("downstreamLimit", (long) atOnce));
    }

    /**
     * Says on how many threads one task computes, and that it {@linkplain Trait#INNER_PARALLELISM is parallel inside}.
     *
     * @param threads a positive number
     * @return a copy of this profile with that number
     */
    public WorkloadProfile innerThreads(int threads) {
        return with(Trait.INNER_PARALLELISM)
                .with(Quantity.INNER_THREADS, Amounts.positive("innerThreads", (long) threads));
    }

    /**
     * Says how much of the whole work cannot be done in parallel: reading the input, merging the results.
     *
     * @param share from 0 to 1
     * @return a copy of this profile with that share
     */
    public WorkloadProfile serialShare(double share) {
        return with(Quantity.SERIAL_SHARE, Amounts.share("serialShare", share));
    }

    /**
     * Says how much of the time on threads goes into collecting garbage.
     *
     * @param share from 0 to 1
     * @return a copy of this profile with that share
     */
    public WorkloadProfile gcShare(double share) {
        return with(Quantity.GC_SHARE, Amounts.share("gcShare", share));
    }

    /** What one task cost on each engine when it was tried. */
    WorkloadProfile measured(double onThreadsNanos, double onProcessesNanos) {
        return with(Quantity.MEASURED_ON_THREADS_NANOS, Amounts.positive("measured on threads", onThreadsNanos))
                .with(
                        Quantity.MEASURED_ON_PROCESSES_NANOS,
                        Amounts.positive("measured on processes", onProcessesNanos));
    }

    /** How an engine scaled when it was tried. */
    WorkloadProfile scaling(Strategy strategy, ScalingFit fit) {
        boolean onThreads = strategy == Strategy.THREADS;
        return with(
                        onThreads ? Quantity.CONTENTION_ON_THREADS : Quantity.CONTENTION_ON_PROCESSES,
                        Amounts.share("contention", fit.contention()))
                .with(
                        onThreads ? Quantity.COHERENCE_ON_THREADS : Quantity.COHERENCE_ON_PROCESSES,
                        Amounts.notNegative("coherence", fit.coherence()));
    }

    /** {@return how many at once the other side bears; empty if nobody has said so} */
    public OptionalInt downstreamLimit() {
        OptionalDouble limit = find(Quantity.DOWNSTREAM_LIMIT);
        return limit.isPresent() ? OptionalInt.of(CostModel.toCount(limit.getAsDouble())) : OptionalInt.empty();
    }

    /** {@return the traits that were declared} */
    public Set<Trait> declared() {
        return Collections.unmodifiableSet(declared);
    }

    /** {@return the traits that were denied} */
    public Set<Trait> denied() {
        return Collections.unmodifiableSet(denied);
    }

    boolean is(Trait trait) {
        return declared.contains(trait);
    }

    boolean isNot(Trait trait) {
        return denied.contains(trait);
    }

    boolean mayBe(Trait trait) {
        return !denied.contains(trait);
    }

    OptionalDouble find(Quantity quantity) {
        Number value = quantities.get(quantity);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.doubleValue());
    }

    Map<Quantity, Number> quantities() {
        return Collections.unmodifiableMap(quantities);
    }

    WorkloadProfile with(Quantity quantity, double value) {
        if (value == Math.rint(value) && Math.abs(value) < LARGEST_EXACT) {
            return put(quantity, (long) value);
        }
        return put(quantity, value);
    }

    WorkloadProfile with(Quantity quantity, long value) {
        return put(quantity, value);
    }

    private WorkloadProfile put(Quantity quantity, Number value) {
        EnumMap<Quantity, Number> more = new EnumMap<>(quantities);
        more.put(quantity, value);
        return new WorkloadProfile(declared, denied, more);
    }

    private static EnumSet<Trait> copy(EnumSet<Trait> traits) {
        return EnumSet.copyOf(traits);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WorkloadProfile that
                && declared.equals(that.declared)
                && denied.equals(that.denied)
                && quantities.equals(that.quantities);
    }

    @Override
    public int hashCode() {
        return Objects.hash(declared, denied, quantities);
    }

    /** Lists what was said. */
    @Override
    public String toString() {
        return "WorkloadProfile[" + declared + (denied.isEmpty() ? "" : ", not " + denied)
                + (quantities.isEmpty() ? "" : ", " + quantities) + "]";
    }
}

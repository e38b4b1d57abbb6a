package dev.tandem.recommend;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.RunnerOptions;
import dev.tandem.Strategy;
import dev.tandem.TaskOptions;
import dev.tandem.ThreadOptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which engine fits some work on some machine, how large to build it, and why.
 *
 * <p>Immutable and safe for use by any number of threads. Two are equal if they rest on the same: profile, machine, and whether what was measured was
 * {@linkplain Measurement#isConclusive() conclusive}.
 */
public final class Recommendation {

    private final WorkloadProfile profile;
    private final Machine machine;
    private final Decision decision;
    private final boolean isTentative;
    private final List<Alternative> alternatives;
    private final Map<Strategy, List<String>> changes;

    Recommendation(
            WorkloadProfile profile,
            Machine machine,
            Decision decision,
            boolean isTentative,
            List<Alternative> alternatives,
            Map<Strategy, List<String>> changes) {
        this.profile = profile;
        this.machine = machine;
        this.decision = decision;
        this.isTentative = isTentative;
        this.alternatives = alternatives;
        this.changes = changes;
    }

    /** {@return what was said of the work} */
    public WorkloadProfile profile() {
        return profile;
    }

    /** {@return the machine that was asked for} */
    public Machine machine() {
        return machine;
    }

    /** {@return the engine} */
    public Strategy strategy() {
        return decision.strategy();
    }

    /** {@return how many workers, of which kind, with which settings} */
    public Sizing sizing() {
        return decision.sizing();
    }

    /** {@return how much this can be relied upon} */
    public Confidence confidence() {
        Confidence confidence = decision.confidence(profile);
        return isTentative() && confidence == Confidence.HIGH ? Confidence.MEDIUM : confidence;
    }

    /** Whether it rests on figures of a measurement that was not conclusive. What a gate decides does not. */
    boolean isTentative() {
        return isTentative && decision.stage() != Decision.Stage.GATES;
    }

    /** {@return the rule that decided on the engine} */
    public Reason decidedBy() {
        return decision.decidedBy();
    }

    /** {@return what each rule said, in the order in which they were asked; the four of the guide also where they had nothing to say} */
    public List<Reason> reasons() {
        return decision.reasons();
    }

    /** {@return what cannot all be right, or cannot all be served; empty if nothing contradicts itself} */
    public List<Reason> contradictions() {
        return decision.contradictions();
    }

    /** {@return what worker JVMs would have kept from happening, where the work needs that but leaves only threads} */
    public List<String> lostGuarantees() {
        return decision.lost();
    }

    /** {@return the other engines, and what speaks against each} */
    public List<Alternative> alternatives() {
        return alternatives;
    }

    /** {@return what would have to be otherwise for another engine to be recommended, in words that follow an "if"} */
    public Map<Strategy, List<String>> whatWouldChangeIt() {
        return changes;
    }

    /**
     * The options to build the runner with, to go on from where the recommendation ends. They can be read and printed also where the
     * machine has virtual threads and this JVM has none; only {@linkplain ParallelRunner#of(RunnerOptions) opening} them fails there.
     *
     * @return the options; empty if the strategy is {@link Strategy#INLINE}, which has none
     */
    public Optional<RunnerOptions> options() {
        return switch (strategy()) {
            case INLINE -> Optional.empty();
            case THREADS -> Optional.of(threadOptions(sizing()));
            case PROCESSES -> Optional.of(processOptions(sizing()));
        };
    }

    /**
     * The gate that forbids an engine, whatever it costs.
     *
     * @param strategy the engine
     * @return what it says; empty if the engine is possible, recommended or not
     */
    public Optional<Reason> gateAgainst(Strategy strategy) {
        return decision.gateAgainst(Objects.requireNonNull(strategy, "strategy"));
    }

    /**
     * The options to build a runner on another engine with, sized by the same rules, be it recommended or not.
     *
     * @param strategy threads or processes
     * @return the options
     * @throws IllegalArgumentException if the strategy is {@link Strategy#INLINE}, which has none
     */
    public RunnerOptions optionsOn(Strategy strategy) {
        Objects.requireNonNull(strategy, "strategy");
        Sizing other = strategy == strategy() ? sizing() : Decision.sizingOn(strategy, profile, machine);
        return switch (strategy) {
            case INLINE -> throw new IllegalArgumentException("strategy must be THREADS or PROCESSES: strategy=INLINE");
            case THREADS -> threadOptions(other);
            case PROCESSES -> processOptions(other);
        };
    }

    private ThreadOptions threadOptions(Sizing sizing) {
        ThreadOptions options =
                ThreadOptions.defaults().workers(sizing.workers()).queueCapacity(sizing.queueCapacity());
        return sizing.virtualThreads() ? options.virtualOn(machine.javaVersion()) : options;
    }

    static ProcessOptions processOptions(Sizing sizing) {
        ProcessOptions options =
                ProcessOptions.defaults().workers(sizing.workers()).queueCapacity(sizing.queueCapacity());
        OptionalLong heap = sizing.maxHeapBytes();
        return heap.isPresent() ? options.maxHeap(Long.toString(heap.getAsLong())) : options;
    }

    /**
     * The options to submit with: {@code runner.with(advice.taskOptions())}.
     *
     * @return chunk size and time-out, where the profile says enough to choose them
     */
    public TaskOptions taskOptions() {
        return sizing().taskOptions();
    }

    /**
     * Opens the runner that is recommended. {@link #taskOptions()} are not applied to it; submit through a view.
     *
     * @return a new runner
     * @throws UnsupportedOperationException if it recommends virtual threads, for another machine than this one, and this JVM has none
     */
    public ParallelRunner open() {
        return options().map(ParallelRunner::of).orElseGet(ParallelRunner::inline);
    }

    /**
     * Explains in about a dozen lines what is recommended, which rule decided, on which fact and number, what it costs, and what would
     * change it.
     *
     * @return the text, whose lines end with {@code \n}
     */
    public String explain() {
        return new Explanation(this, decision).toString();
    }

    /** {@return the same, with a table of all reasons, as Markdown} */
    public String toMarkdown() {
        return new Explanation(this, decision).toMarkdown();
    }

    /** {@return everything that was said and answered as JSON: keys and their order are the same each time} */
    public String toJson() {
        return AdviceJson.of(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Recommendation that
                && profile.equals(that.profile)
                && machine.equals(that.machine)
                && isTentative == that.isTentative;
    }

    @Override
    public int hashCode() {
        return 31 * profile.hashCode() + machine.hashCode();
    }

    /** Says strategy, number of workers and the rule. */
    @Override
    public String toString() {
        return "Recommendation[" + strategy() + ", workers=" + sizing().workers() + ", by "
                + decidedBy().rule() + ", " + confidence() + "]";
    }
}

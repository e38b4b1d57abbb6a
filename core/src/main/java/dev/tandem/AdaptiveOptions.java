package dev.tandem;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * How {@linkplain ParallelRunner#adaptive(dev.tandem.recommend.WorkloadProfile, UnaryOperator) an adaptive runner} is built. What is not set
 * here is as the recommender has it.
 *
 * <p>Immutable and safe for use by any number of threads: each setter returns a copy.
 */
public final class AdaptiveOptions {

    private static final AdaptiveOptions DEFAULTS =
            new AdaptiveOptions(UnaryOperator.identity(), UnaryOperator.identity(), adaptation -> {}, "");

    private final UnaryOperator<ThreadOptions> threads;
    private final UnaryOperator<ProcessOptions> processes;
    private final Consumer<? super Adaptation> listener;
    private final String name;

    private AdaptiveOptions(
            UnaryOperator<ThreadOptions> threads,
            UnaryOperator<ProcessOptions> processes,
            Consumer<? super Adaptation> listener,
            String name) {
        this.threads = threads;
        this.processes = processes;
        this.listener = listener;
        this.name = name;
    }

    /** {@return the options of a runner for which nothing was chosen} */
    public static AdaptiveOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Changes how the engine on threads is built.
     *
     * @param options changes the options that are recommended
     * @return a copy with that change, in place of an earlier one
     */
    public AdaptiveOptions threads(UnaryOperator<ThreadOptions> options) {
        return new AdaptiveOptions(Checks.present("threads", options), processes, listener, name);
    }

    /** {@return what changes the options of threads} */
    public UnaryOperator<ThreadOptions> threads() {
        return threads;
    }

    /**
     * Changes how the engine on worker JVMs is built: their flags, their JDK, their transport.
     *
     * @param options changes the options that are recommended
     * @return a copy with that change, in place of an earlier one
     */
    public AdaptiveOptions processes(UnaryOperator<ProcessOptions> options) {
        return new AdaptiveOptions(threads, Checks.present("processes", options), listener, name);
    }

    /** {@return what changes the options of worker JVMs} */
    public UnaryOperator<ProcessOptions> processes() {
        return processes;
    }

    /**
     * Listens to what the runner decides, from {@code A-START} on: in order, one at a time, on a thread of the runner's callbacks. What it throws is logged.
     *
     * @param listener gets each {@link Adaptation}
     * @return a copy with that listener, in place of an earlier one
     */
    public AdaptiveOptions onAdaptation(Consumer<? super Adaptation> listener) {
        return new AdaptiveOptions(threads, processes, Checks.present("onAdaptation", listener), name);
    }

    /** {@return who listens to what the runner decides} */
    public Consumer<? super Adaptation> onAdaptation() {
        return listener;
    }

    /**
     * Names the runner: its threads, its workers and its log lines start with that.
     *
     * @param name not blank
     * @return a copy with that name
     */
    public AdaptiveOptions name(String name) {
        return new AdaptiveOptions(threads, processes, listener, Checks.name("name", name));
    }

    /** {@return the name; empty if the runner finds one} */
    public String name() {
        return name;
    }
}

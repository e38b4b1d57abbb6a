package dev.tandem.internal.adaptive;

import dev.tandem.Adaptation;
import dev.tandem.AdaptiveOptions;
import dev.tandem.AdaptiveRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.Strategy;
import dev.tandem.ThreadOptions;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.Runner;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.processes.ProcessEngine;
import dev.tandem.internal.threads.ThreadEngine;
import dev.tandem.recommend.Recommendation;
import dev.tandem.recommend.Trait;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The runner over an {@link AdaptiveEngine}. Thread-safe. */
public final class AdaptingRunner extends Runner implements AdaptiveRunner {

    // shorter: costs processor time; longer: rounds of short work are longer than they need be
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Recommendation advice;
    private final Chronicle chronicle;

    private AdaptingRunner(String name, Recommendation advice, Plan plan, int events, boolean jmx) {
        super(new RunnerContext(name, events, engine(plan)), jmx);
        this.advice = advice;
        this.chronicle = plan.chronicle();
    }

    /** Where a gate leaves only threads there is nothing to decide: they group inputs by themselves. */
    private static Function<RunnerContext, Engine> engine(Plan plan) {
        Function<RunnerContext, Engine> threads = plan.threads();
        Function<RunnerContext, Engine> chosen =
                threads != null && plan.processes() == null ? threads : context -> new AdaptiveEngine(context, plan);
        return context -> {
            plan.chronicle().tellSoon(context::callBack); // where it starts
            return chosen.apply(context);
        };
    }

    /** Opens a runner that starts as it is advised. */
    public static AdaptingRunner open(String name, Recommendation advice, AdaptiveOptions options) {
        Set<Strategy> possible = EnumSet.noneOf(Strategy.class);
        for (Strategy strategy : List.of(Strategy.THREADS, Strategy.PROCESSES)) {
            if (advice.gateAgainst(strategy).isEmpty()) {
                possible.add(strategy);
            }
        }
        boolean mayOverlap = advice.profile().downstreamLimit().isEmpty();
        Strategy start = advice.strategy() == Strategy.PROCESSES ? Strategy.PROCESSES : Strategy.THREADS;
        if (!mayOverlap) {
            possible.retainAll(EnumSet.of(start)); // what runs while it moves would be too many for the other side
        }
        boolean computes = advice.profile().declared().contains(Trait.CPU_BOUND)
                || advice.profile().declared().contains(Trait.COMPUTE_INTENSIVE);
        int chunkSize = advice.taskOptions().chunkSize().orElse(1);
        Course course = new MeasuredCourse(advice.machine().costs(), computes, start, chunkSize, possible);
        return open(name, advice, options, course, TICK_NANOS);
    }

    /** Opens a runner that takes another course. */
    static AdaptingRunner open(
            String name, Recommendation advice, AdaptiveOptions options, Course course, long tickNanos) {
        ThreadOptions threads = Objects.requireNonNull(
                options.threads().apply(((ThreadOptions) advice.optionsOn(Strategy.THREADS)).name(name)),
                "the function of the options of threads returned null");
        ProcessOptions processes = Objects.requireNonNull(
                options.processes().apply(((ProcessOptions) advice.optionsOn(Strategy.PROCESSES)).name(name)),
                "the function of the options of processes returned null");
        Chronicle chronicle = new Chronicle(name, options.onAdaptation());
        chronicle.note(new Adaptation(
                "A-START",
                course.current(),
                course.current(),
                course.chunkSize(),
                "",
                "starts on " + MeasuredCourse.name(course.current()) + ", by "
                        + advice.decidedBy().rule()));
        return new AdaptingRunner(
                name,
                advice,
                new Plan(
                        course.mayBeOn(Strategy.THREADS) ? context -> new ThreadEngine(context, threads) : null,
                        course.mayBeOn(Strategy.PROCESSES) ? context -> new ProcessEngine(context, processes) : null,
                        course,
                        tickNanos,
                        chronicle),
                Math.max(threads.recordEvents(), processes.recordEvents()),
                threads.isJmx() && processes.isJmx());
    }

    @Override
    public Recommendation recommendation() {
        return advice;
    }

    @Override
    public List<Adaptation> adaptations() {
        return chronicle.adaptations();
    }
}

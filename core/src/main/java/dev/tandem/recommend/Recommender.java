package dev.tandem.recommend;

import dev.tandem.Strategy;
import dev.tandem.TaskFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says which engine fits some work, and why: named rules, asked in a fixed order, each with its number. The first four, called the guide, are
 * the rules of thumb that most people know; gates and costs overrule them.
 *
 * <p>{@link #recommend(WorkloadProfile, Machine)} is a pure function: the same profile and machine give the same answer, on any
 * machine; it starts nothing, reads nothing and has no clock. Each recommendation is an event of the JVM's flight recorder, while that records. The rules are listed with formulas and sources in {@code docs/ADVICE.md}.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Recommender {

    private static final boolean HAS_FLIGHT_RECORDER =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Recommender() {}

    /**
     * Recommends an engine for this machine.
     *
     * @param profile what is known of the work
     * @return the recommendation
     */
    public static Recommendation recommend(WorkloadProfile profile) {
        return recommend(profile, Machine.current());
    }

    /**
     * Recommends an engine for a machine.
     *
     * @param profile what is known of the work
     * @param machine where it is to run
     * @return the recommendation
     */
    public static Recommendation recommend(WorkloadProfile profile, Machine machine) {
        return recommend(profile, machine, false);
    }

    /** With figures of a measurement that was not conclusive, no more than a medium confidence, unless a gate decides. */
    static Recommendation recommend(WorkloadProfile profile, Machine machine, boolean isTentative) {
        return recommend(profile, profile, machine, isTentative);
    }

    /** The same, where not all of the profile was said by somebody: the rest was found out. */
    static Recommendation recommend(
            WorkloadProfile profile, WorkloadProfile said, Machine machine, boolean isTentative) {
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(machine, "machine");
        Decision decision = Decision.of(profile, machine);
        Map<Strategy, List<String>> changes = WhatIf.ask(profile, said, machine, decision.strategy());
        Recommendation made = new Recommendation(
                profile,
                machine,
                decision,
                isTentative,
                alternatives(
                        new Situation(
                                profile,
                                machine,
                                decision.strategy(),
                                decision.sizing().workers()),
                        decision),
                Collections.unmodifiableMap(changes));
        if (HAS_FLIGHT_RECORDER) {
            AdviceEvent.tell(made);
        }
        return made;
    }

    /**
     * Runs the first items of some work for real, on threads and on worker JVMs in turn, and recommends from what it saw.
     *
     * <p>As {@link #measure(WorkloadProfile, Iterable, TaskFunction, Duration)} for work of which nothing is declared: it runs on threads of this JVM
     * too, where a crash or {@code System.exit} ends that.
     *
     * @param <A> the type of the items
     * @param <R> the type of the results
     * @param items the items; iterated once, and only as far as there is time
     * @param function what to do with each
     * @param budget how long this may take
     * @return what became of the items, and the recommendation
     * @throws IllegalArgumentException if the budget is not positive
     */
    public static <A extends @Nullable Object, R extends @Nullable Object> Measurement<A, R> measure(
            Iterable<? extends A> items, TaskFunction<? super A, ? extends R> function, Duration budget) {
        return measure(WorkloadProfile.of(), items, function, budget);
    }

    /**
     * Runs the first items of some work for real, on threads and on worker JVMs in turn, and recommends from what it saw.
     *
     * <p>Each item runs once, and its result or failure is kept: {@link Measurement#outcomes()} are done, {@link Measurement#rest()} is
     * left. Where a gate of the {@linkplain Recommender rules} forbids an engine, nothing is tried on it: what may crash never runs on
     * threads here. Where others use more than 15 % of the machine's cores nothing is concluded.
     *
     * <p>Worker JVMs have the heap that the profile asks for, as in {@link Recommendation#optionsOn}. They have the JDK and the flags that worker
     * JVMs have by default also where the profile says that the work needs others, since it does not say which; {@link
     * Measurement#notMeasured()} says so.
     *
     * <p>No item is started that could not end within the budget if it were as long as the longest so far, and no worker JVM where less is
     * left than five times its usual start: three for starting, since several start at once, and two for their end. Where a gate forbids
     * threads, nothing runs then. Once items have cost their worker JVMs, each is taken to wait for the start of another. So the budget is
     * exceeded by no more than one item takes, or by what worker JVMs take longer than that on a busy machine. For an item that runs into
     * its time-out that is the time-out and a tenth of a second, after which a worker JVM that does not obey is killed. A few seconds are
     * enough for items of milliseconds; the items must be of one kind, since those that run on one engine are compared with others that
     * run on the other.
     *
     * <p>If worker JVMs die too often, as a runner with default options judges that, nothing more runs in them, and what had not begun is left. The
     * first measurement of a JVM also loads classes, which may take some tenths of a second.
     *
     * <p>An item that cannot be serialized has not run. It runs on a thread, if there is time; where a gate forbids those it has failed, with a
     * {@link dev.tandem.NotTransferableException}. If a result cannot come back, the item that returned it in a worker JVM has failed.
     * {@link Measurement#notMeasured()} counts both and names the first by their places. They say nothing about the others: only if the
     * function itself cannot be serialized, or most of at least nine items or results (of all, if there are fewer), the work cannot travel
     * ({@code GATE-TRAVEL}); nothing more runs in worker JVMs then, and what has not run is left. This is looked at before a worker JVM is
     * started.
     *
     * <p>If the thread is interrupted it ends early, also while an item blocks, with what is done by then, and the interrupt status is set.
     * What is under way then has a tenth of a second to end. What has not ended by then is cancelled, that is interrupted, in a worker JVM
     * killed if it ignores that, and is an outcome that failed with a {@link java.util.concurrent.CancellationException}: it may
     * have run, in part or whole. All that was not handed out is left.
     *
     * <p>Logs and events count the items of each round from 0; for worker JVMs the name of the task, such as {@code "from item 240"}, says
     * with which item the round begins. Outcomes name the place among all.
     *
     * <p>If the iterator of the items throws, the items end there. What has run is kept, {@link Measurement#notMeasured()} says so, and {@link
     * Measurement#rest()} throws it as it is when it comes to that place.
     *
     * <p><b>Note:</b> an item that never ends is waited for, unless it is {@linkplain Trait#MAY_HANG declared} and has a {@linkplain
     * WorkloadProfile#taskTime usual time}, from which its time-out follows.
     *
     * @param <A> the type of the items
     * @param <R> the type of the results
     * @param profile what is known of the work; what is measured replaces numbers, and gates stay
     * @param items the items; iterated once, by this thread, and only as far as there is time, but for a few that wait to be started
     *     and are {@linkplain Measurement#rest() left} if they are not
     * @param function what to do with each; on threads, and copied into worker JVMs
     * @param budget how long this may take; positive
     * @return what became of the items, and the recommendation
     * @throws IllegalArgumentException if the budget is not positive
     * @throws NullPointerException if the iterator of the items is null; nothing has run then
     */
    public static <A extends @Nullable Object, R extends @Nullable Object> Measurement<A, R> measure(
            WorkloadProfile profile,
            Iterable<? extends A> items,
            TaskFunction<? super A, ? extends R> function,
            Duration budget) {
        long startNanos = System.nanoTime();
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(budget, "budget");
        if (budget.isNegative() || budget.isZero()) {
            throw new IllegalArgumentException("budget must be positive: budget=" + budget);
        }
        int count = items instanceof Collection<?> all ? Math.max(Measuring.UNKNOWN, all.size()) : Measuring.UNKNOWN;
        Iterator<? extends A> iterator = Objects.requireNonNull(items.iterator(), "items.iterator() returned null");
        return new Measuring<A, R>(profile, Machine.current(), iterator, count, function, budget, startNanos).run();
    }

    private static List<Alternative> alternatives(Situation situation, Decision decision) {
        List<Alternative> others = new ArrayList<>();
        for (Strategy strategy : List.of(Strategy.THREADS, Strategy.PROCESSES, Strategy.INLINE)) {
            if (strategy != decision.strategy()) {
                others.add(new Alternative(strategy, WhyNot.of(strategy, situation, decision)));
            }
        }
        return List.copyOf(others);
    }
}

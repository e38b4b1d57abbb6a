package dev.tandem;

import dev.tandem.recommend.Recommendation;
import java.util.List;

/**
 * A {@link ParallelRunner} that chooses its engine, and changes its mind when the numbers say so. {@link
 * ParallelRunner#adaptive(dev.tandem.recommend.WorkloadProfile)} opens one.
 *
 * <p>It starts on the engine that is recommended for the work. While more work waits than it has workers for, it measures: wall time per
 * item, how much of it is computing, and what is lost to crossing and to garbage. If the other engine could be faster by more than 15 %, what
 * waits moves there, in order, while what runs ends where it is; if it then turns out not to be faster by as much, it moves back.
 * Each such {@link Adaptation} is told to the listener of the {@linkplain AdaptiveOptions#onAdaptation options}, logged, and kept.
 *
 * <p><b>A gate is never passed</b>: what may crash, say, stays on worker JVMs, whatever that costs, and what needs live objects stays on
 * threads. What is not declared may run on either engine, so declare what matters. In particular, inputs and results are copied on worker
 * JVMs and shared on threads: do not change an input after it was submitted.
 *
 * <p>Where others take more than 15 % of the machine's cores (known on Linux) nothing is concluded, and it stays where it is. What was found to be slower is not
 * tried again before an item takes as long where it runs.
 *
 * <p>Of the recommendation it takes the engine and its size. Time-out and chunk size are not applied by themselves: submit to a view, {@code
 * runner.with(runner.recommendation().taskOptions())}.
 *
 * <p>What cannot travel runs on threads, if no gate forbids those, and the runner stays there; so it does when worker JVMs cannot be had. The
 * other engine costs nothing before it is used, but for {@linkplain #share shared} values, which are written for worker JVMs at once if those are possible. What a worker JVM turns out not to be able to decode has not run
 * either, and is tried again on threads, as a second attempt. A result that cannot travel fails its task, since that has run; if it is the first of them, all others run on threads. {@link Strategy#INLINE} is no engine of this runner: where that is recommended, threads do the work.
 *
 * <p>{@link #strategy()} says where work goes now; it is so already when a listener hears of it. {@link #stats()} adds up the workers of both
 * engines, so that for the moment of a move they are up to twice as many as either has, and {@link #resize} applies to each. Events are
 * recorded if the options of either engine say so, and then of both.
 *
 * <p>Safe for use by any number of threads.
 */
public interface AdaptiveRunner extends ParallelRunner {

    /** {@return what was recommended at the start, and why} */
    Recommendation recommendation();

    /** {@return what was decided since then, the oldest first; the first, {@code A-START}, says where it started, and of many only the last hundred are kept} */
    List<Adaptation> adaptations();
}

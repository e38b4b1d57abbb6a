package dev.tandem.internal.engine;

import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;

/** Lets simulations of an engine in at the places where a runner stands in a program. */
public final class EngineDoor {

    private EngineDoor() {}

    /** The way in that users have. */
    public static TaskSubmitter submitter(RunnerContext context, Object owner) {
        return new Submitter(context, owner, TaskOptions.defaults());
    }

    /** Those of a runner in a program, but with another clock, which its timer does not look at. */
    public static Surroundings surroundings(String runnerName, Ticker ticker) {
        Surroundings real = Surroundings.ofThisJvm(runnerName);
        return new Surroundings(ticker, real.deadlines(), real.callbacks(), real.keeper(), real.chance());
    }

    /** For how long the timer puts off an action that comes so late. */
    public static long catchUpNanos(long lateNanos) {
        return TimerThread.catchUpNanos(lateNanos);
    }

    /** Lets the warning of a wait on an event thread be given once more. */
    public static void forgetWarningOfEventThread() {
        EventThread.forgetWarning();
    }

    /** Whether the context has let go of everything. */
    public static boolean keepsNothing(RunnerContext context) {
        return context.isIdle() && context.delayed().isEmpty();
    }
}

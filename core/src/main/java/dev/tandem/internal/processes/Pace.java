package dev.tandem.internal.processes;

import java.util.concurrent.TimeUnit;

/**
 * How long one worker takes for a task, by the last ones, and so how many it may have at once.
 *
 * <p><b>Why more than one.</b> A worker that gets its next task when it has answered the last one waits in between, longer than a short task
 * takes, and each task costs both sides a call of the system and a thread that is woken. With some tasks in hand it goes on, and what is sent
 * and answered meanwhile goes together. But what waits in one worker is out of reach for all others, and out of the order of priorities. So it
 * gets as many as it will do in {@link #AHEAD_NANOS}; one that has taken longer than that, or has answered none yet, gets one.
 *
 * <p>The time is measured from one answer to the next, and counts what lies between: were it longer than the task by far, more tasks in hand
 * would be right. An average that forgets: a quarter of it is what came last.
 *
 * <p>Written by the thread that hears the worker, and by the timer; read by any. They need not agree exactly.
 */
final class Pace {

    /** From here on a task is taken for one that others should not wait behind. Shorter: a pause of the JVM looks like one. */
    static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Longer: more tasks wait where no other worker can get them; shorter: a worker may run out of them. */
    private static final long AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Fewer: who sends, who answers and who hears of it take turns instead of working at the same time; more gains nothing. */
    private static final int MOST = 256;

    private volatile long taskNanos = Long.MAX_VALUE;
    private volatile long sinceNanos;

    /** It has got something to do. */
    void given(long nowNanos) {
        if (sinceNanos == 0) {
            sinceNanos = nowNanos;
        }
    }

    /** It has answered so many since this was called last. */
    void answered(int tasks, long nowNanos) {
        if (tasks > 0) {
            long last = Math.max(1, nowNanos - sinceNanos) / tasks;
            taskNanos = taskNanos == Long.MAX_VALUE ? last : (3 * taskNanos + last) / 4;
            sinceNanos = nowNanos;
        }
    }

    /** It has nothing to do any more. */
    void idle() {
        sinceNanos = 0;
    }

    /** It takes long for one. */
    void stuck() {
        taskNanos = Math.max(STUCK_NANOS, taskNanos);
    }

    /** Whether who waits for an answer may stay awake for it. */
    boolean isQuick() {
        return taskNanos <= Listening.LISTEN_NANOS;
    }

    /** How many it may have at once. */
    int tasksAhead() {
        long nanos = taskNanos;
        return (int) Math.max(1, Math.min(MOST, AHEAD_NANOS / Math.max(1, nanos)));
    }
}

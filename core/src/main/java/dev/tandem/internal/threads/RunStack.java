package dev.tandem.internal.threads;

import dev.tandem.TaskRef;
import dev.tandem.WorkerStats;
import dev.tandem.WorkerStats.State;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.Worker;
import dev.tandem.internal.engine.WorkerStacks;
import dev.tandem.internal.insight.Recorder;
import dev.tandem.internal.task.WorkerLocals;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one thread.
 *
 * <p>They form a stack, because a task that waits for another task of the same runner helps: it runs what it waits for
 * on its own thread, if that has not begun. An interrupt is meant for one run. If that is the innermost, the thread is
 * interrupted; otherwise the interrupt is kept until the inner runs have ended. A run never starts with the interrupt of
 * another, and none is left behind when it ends.
 *
 * <p>Thread-safe. The monitor guards the stack; nothing is called while it is held but {@code Thread.interrupt}.
 */
final class RunStack implements Worker {

    private final RunnerContext context;
    private final int index;
    private final @Nullable String ownLabel;
    private final Thread thread;
    private final WorkerLocals locals;
    private final StubbornRun whenStubborn;

    // --- guarded by this ---
    private final Deque<Frame> stack = new ArrayDeque<>(); // innermost first

    private volatile boolean givenUp; // written once

    /**
     * What to do with a run that ignores its interrupt, and with what the same thread would have run next. Called for each such
     * run of the thread: the outer ones cannot end before the inner ones do.
     */
    interface StubbornRun {
        void giveUp(LocalRun run, List<Submission<?>> unstarted);
    }

    /**
     * Makes the empty stack of a thread.
     *
     * @param ownLabel the name of the thread, which tasks that have a name may add to; null if it is the user's thread
     */
    RunStack(
            RunnerContext context,
            int index,
            @Nullable String ownLabel,
            Thread thread,
            WorkerLocals locals,
            StubbornRun whenStubborn) {
        this.context = context;
        this.index = index;
        this.ownLabel = ownLabel;
        this.thread = thread;
        this.locals = locals;
        this.whenStubborn = whenStubborn;
    }

    /** Runs a batch; called by the stack's own thread, which may be inside another run. */
    void runAll(Batch batch) {
        Deque<Submission<?>> rest = new ArrayDeque<>(batch.submissions());
        for (Frame frame = begin(rest); frame != null; frame = begin(rest)) {
            Runnable tellTheSubmission;
            LocalRun run = frame.run;
            String outerName = nameThread(run.submission());
            try {
                tellTheSubmission = run.call(locals, () -> goesOn(run, outerName));
            } finally {
                end(frame);
                if (outerName != null) {
                    thread.setName(outerName);
                }
            }
            tellTheSubmission.run();
        }
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public long pid() {
        return Recorder.THIS_JVM;
    }

    @Override
    public String label() {
        return ownLabel != null ? ownLabel : thread.getName();
    }

    /** Only if the task has a name, for this costs more than a short task; returns the name before, or null. */
    private @Nullable String nameThread(Submission<?> submission) {
        if (ownLabel == null || submission.options().name().isEmpty()) {
            return null;
        }
        String before = thread.getName();
        name(submission);
        return before;
    }

    private void name(Submission<?> submission) {
        TaskRef task = submission.ref();
        thread.setName(ownLabel + " task " + task.taskId() + " \"" + task.name() + '"');
    }

    private void goesOn(LocalRun run, @Nullable String outerName) {
        if (outerName != null) {
            name(run.submission());
        }
    }

    @Override
    public synchronized void interrupt(long attemptId) {
        Frame frame = find(attemptId);
        if (frame == null) {
            return;
        }
        frame.run.markCancelled();
        if (frame == stack.peek()) {
            thread.interrupt();
        } else {
            frame.interruptPending = true;
        }
    }

    @Override
    public void stopByForce(Submission<?> submission, long attemptId) {
        Frame stubborn;
        List<Submission<?>> unstarted = new ArrayList<>();
        synchronized (this) {
            stubborn = find(attemptId);
            if (stubborn == null) {
                return;
            }
            givenUp = true;
            for (Frame frame : stack) {
                unstarted.addAll(frame.rest);
                frame.rest.clear();
            }
        }
        whenStubborn.giveUp(stubborn.run, unstarted);
    }

    /** Closes what its tasks have built; for the thread of somebody else, once nothing runs here any more. */
    void closeLocals() {
        locals.close();
    }

    boolean isGivenUp() {
        return givenUp;
    }

    synchronized boolean isEmpty() {
        return stack.isEmpty();
    }

    /** How many runs lie on top of each other. */
    synchronized int depth() {
        return stack.size();
    }

    /** What it is doing. */
    WorkerStats stats(boolean leaving) {
        Frame frame;
        synchronized (this) {
            frame = stack.peek();
        }
        Recorder recorder = context.recorder();
        return new WorkerStats(
                index,
                OptionalLong.of(ProcessHandle.current().pid()),
                leaving ? State.LEAVING : frame == null ? State.IDLE : State.BUSY,
                Optional.ofNullable(frame)
                        .map(found -> found.run.submission().ref().toString()),
                recorder.age(index, Recorder.THIS_JVM),
                recorder.busyShare(index, Recorder.THIS_JVM),
                OptionalLong.empty());
    }

    /** What its thread is doing, for people. */
    WorkerStacks stacks() {
        List<Submission<?>> running = new ArrayList<>();
        synchronized (this) {
            stack.forEach(frame -> running.add(frame.run.submission()));
        }
        String title = running.isEmpty()
                ? label() + ", idle"
                : running.stream()
                        .map(submission -> submission.ref().toString())
                        .collect(Collectors.joining(", for which waits "));
        return WorkerStacks.of(title, thread);
    }

    /** What runs or is claimed here now. */
    synchronized List<Submission<?>> submissions() {
        List<Submission<?>> all = new ArrayList<>();
        for (Frame frame : stack) {
            all.add(frame.run.submission());
            all.addAll(frame.rest);
        }
        return all;
    }

    private synchronized @Nullable Frame begin(Deque<Submission<?>> rest) {
        for (Submission<?> next = rest.poll(); next != null; next = rest.poll()) {
            long attemptId = context.reserveAttemptIds(1);
            if (next.assign(this, attemptId)) {
                keepForOuter(Thread.interrupted());
                Frame frame = new Frame(new LocalRun(next, attemptId, index), rest);
                stack.push(frame);
                return frame;
            }
        }
        return null;
    }

    private synchronized void end(Frame frame) {
        stack.remove(frame);
        Submission<?> unstarted = frame.run.rest();
        if (unstarted != null) {
            frame.rest.addFirst(
                    unstarted); // if the run was given up, there is none: it was cut when it was interrupted
        }
        Thread.interrupted(); // was meant for the run that has just ended
        Frame outer = stack.peek();
        if (outer != null && outer.interruptPending) {
            outer.interruptPending = false;
            thread.interrupt();
        }
    }

    private void keepForOuter(boolean interrupted) {
        Frame outer = stack.peek();
        if (outer != null) {
            outer.interruptPending |= interrupted;
        }
    }

    private @Nullable Frame find(long attemptId) {
        for (Frame frame : stack) {
            if (frame.run.attemptId() == attemptId) {
                return frame;
            }
        }
        return null;
    }

    private static final class Frame {

        private final LocalRun run;
        private final Deque<Submission<?>> rest; // of its batch
        private boolean interruptPending;

        Frame(LocalRun run, Deque<Submission<?>> rest) {
            this.run = run;
            this.rest = rest;
        }
    }
}

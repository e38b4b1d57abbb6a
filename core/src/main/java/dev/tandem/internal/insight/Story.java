package dev.tandem.internal.insight;

import dev.tandem.Progress;
import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Event.Departure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the recorded events say, put together: attempts, lives of workers, decisions. Times are since the runner was opened.
 *
 * <p>Immutable; made at one moment, at which what runs has not ended.
 *
 * @param runner its name
 * @param strategy where tasks run
 * @param ownPid the process id of this JVM
 * @param lengthNanos from the opening of the runner to now
 * @param attempts by submission
 * @param workers by place, then by time
 * @param reports what tasks have said of their progress
 * @param decisions what the runner has decided
 * @param refusals what the runner did not take in
 * @param droppedEvents how many events are missing, the oldest
 */
public record Story(
        String runner,
        String strategy,
        long ownPid,
        long lengthNanos,
        List<Attempt> attempts,
        List<Life> workers,
        List<Report> reports,
        List<Decision> decisions,
        List<Refusal> refusals,
        long droppedEvents) {

    /**
     * One attempt of a task.
     *
     * @param status how the task ended with it; QUEUED if another attempt follows or it has not begun, RUNNING while it runs and its future is not done
     * @param submittedNanos when it was handed in
     * @param startedNanos when a worker began with it, -1 if none did
     * @param endedNanos when its worker was done with it, or it was given up; now if it is not over
     * @param pid of its worker
     * @param isOver whether it has ended
     */
    record Attempt(
            Course task,
            TaskStatus status,
            @Nullable String failure,
            long submittedNanos,
            long startedNanos,
            long endedNanos,
            long pid,
            boolean isOver) {

        boolean hasRun() {
            return startedNanos >= 0;
        }

        /** When it was encoded, and began to wait. */
        long readyNanos() {
            return submittedNanos + task.encodeNanos();
        }

        long busyNanos() {
            return hasRun() ? endedNanos - startedNanos : 0;
        }

        boolean isTriedAgain() {
            return isOver && status == TaskStatus.QUEUED;
        }

        /** Whether its future is done, and its worker still at it. */
        boolean isStopping() {
            return !isOver && (status == TaskStatus.FAILED || status == TaskStatus.CANCELLED);
        }

        /** How many of its inputs have succeeded, as far as it is known. */
        int succeeded() {
            if (status == TaskStatus.SUCCEEDED) {
                return task.inputs();
            }
            return isOver || isStopping() ? task.succeeded() : 0;
        }

        /** In a word, for traces. */
        String outcome() {
            return isOver ? Event.outcome(status) : status.name();
        }

        String title() {
            String name = task.name();
            String id = task.inputs() > 1
                    ? "tasks " + task.taskId() + "–" + (task.taskId() + task.inputs() - 1)
                    : "task " + task.taskId();
            return name == null ? id : name + " (" + id + ")";
        }
    }

    /**
     * A worker, from when it was asked for to its end.
     *
     * @param isStartKnown whether {@code askedNanos} and {@code readyNanos} are known; if not, they are the time when it was seen first
     * @param endNanos now if it lives
     * @param how how it ended; null if it lives
     */
    record Life(
            int slot,
            long pid,
            long askedNanos,
            long readyNanos,
            boolean isStartKnown,
            long endNanos,
            @Nullable Departure how,
            String cause) {}

    /** Where a worker is drawn: each place of an engine is one line, and threads come first. */
    record Lane(boolean isProcess, int slot) implements Comparable<Lane> {

        private static final Comparator<Lane> ORDER =
                Comparator.comparing(Lane::isProcess).thenComparingInt(Lane::slot);

        @Override
        public int compareTo(Lane other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return (isProcess ? "worker " : "thread ") + slot;
        }
    }

    /** Whether anything has gone to another JVM. */
    boolean usesProcesses() {
        return attempts.stream().anyMatch(attempt -> attempt.pid() != ownPid);
    }

    Lane lane(int slot, long pid) {
        return new Lane(pid != ownPid, slot);
    }

    /** A task has said something. */
    record Report(long nanos, Course task, Progress progress) {}

    /** The runner did not take something in. */
    record Refusal(long nanos, Course task, @Nullable String why) {}

    /** The runner has decided something. */
    record Decision(long nanos, String what) {}

    /**
     * Puts together what a recorder has.
     *
     * @param runner its name
     * @param strategy where tasks run
     * @param recorder what was recorded
     * @return the story so far
     */
    public static Story of(String runner, String strategy, Recorder recorder) {
        return new Teller(recorder).tell(runner, strategy);
    }

    /** Used once. */
    private static final class Teller {

        private final Recorder recorder;
        private final long zero;
        private final long now;
        private final long ownPid = ProcessHandle.current().pid();
        private final Map<Course, Attempt> attempts = new LinkedHashMap<>();
        private final Map<Integer, Life> alive = new TreeMap<>();
        private final List<Life> workers = new ArrayList<>();
        private final List<Report> reports = new ArrayList<>();
        private final List<Decision> decisions = new ArrayList<>();
        private final List<Refusal> refusals = new ArrayList<>();

        Teller(Recorder recorder) {
            this.recorder = recorder;
            this.zero = recorder.openedNanos();
            this.now = recorder.nanoTime() - zero;
        }

        Story tell(String runner, String strategy) {
            for (Event event : recorder.events()) {
                take(event);
            }
            refusals.forEach(refusal -> attempts.remove(refusal.task()));
            workers.addAll(alive.values());
            workers.sort(Comparator.comparingInt(Life::slot).thenComparingLong(Life::askedNanos));
            List<Attempt> all = new ArrayList<>(attempts.values());
            all.sort(Comparator.comparingLong(Attempt::submittedNanos));
            return new Story(
                    runner,
                    strategy,
                    ownPid,
                    now,
                    List.copyOf(all),
                    List.copyOf(workers),
                    List.copyOf(reports),
                    List.copyOf(decisions),
                    List.copyOf(refusals),
                    recorder.droppedEvents());
        }

        private void take(Event event) {
            long at = event.nanos() - zero;
            if (event instanceof Event.Submitted submitted) {
                attempts.putIfAbsent(submitted.task(), attempt(submitted.task(), TaskStatus.QUEUED, null, false));
            } else if (event instanceof Event.Started started) {
                attempts.compute(
                        started.task(),
                        (course, known) -> known != null && (known.isOver() || known.isStopping())
                                ? known
                                : attempt(course, TaskStatus.RUNNING, null, false));
                showWorkerOf(started.task(), at);
            } else if (event instanceof Event.GivenUp up) {
                attempts.compute(
                        up.task(),
                        (course, known) -> known != null && known.isOver()
                                ? known
                                : attempt(course, up.status(), up.failure(), false));
            } else if (event instanceof Event.Refused refused) {
                refusals.add(new Refusal(at, refused.task(), refused.why()));
            } else if (event instanceof Event.Ended ended) {
                attempts.put(ended.task(), attempt(ended.task(), ended.status(), ended.failure(), true));
            } else if (event instanceof Event.Reported reported) {
                reports.add(new Report(at, reported.task(), reported.progress()));
            } else if (event instanceof Event.WorkerStarted up) {
                alive.put(
                        Recorder.lane(up.slot(), up.pid()),
                        new Life(up.slot(), real(up.pid()), up.sinceNanos() - zero, at, true, now, null, ""));
            } else if (event instanceof Event.WorkerEnded gone) {
                end(gone, at);
            } else if (event instanceof Event.Decided decided) {
                decisions.add(new Decision(at, decided.what()));
            }
        }

        private Attempt attempt(Course task, TaskStatus status, @Nullable String failure, boolean over) {
            long started = task.startedNanos() == 0 ? -1 : task.startedNanos() - zero;
            long ended = now;
            if (over) {
                ended = started >= 0 ? started + task.busyNanos(now + zero) : task.endedNanos() - zero;
            }
            return new Attempt(
                    task, status, failure, task.submittedNanos() - zero, started, ended, real(task.pid()), over);
        }

        /** Its start may be among the events that are gone, or it may be a caller of an inline runner. */
        private void showWorkerOf(Course task, long at) {
            alive.computeIfAbsent(
                    Recorder.lane(task.slot(), task.pid()),
                    absent -> new Life(task.slot(), real(task.pid()), at, at, false, now, null, ""));
        }

        private void end(Event.WorkerEnded gone, long at) {
            Life life = alive.remove(Recorder.lane(gone.slot(), gone.pid()));
            long asked = life == null ? at : life.askedNanos();
            long ready = life == null ? at : life.readyNanos();
            boolean known = life != null && life.isStartKnown();
            workers.add(new Life(gone.slot(), real(gone.pid()), asked, ready, known, at, gone.how(), gone.cause()));
        }

        private long real(long pid) {
            return pid == Recorder.THIS_JVM ? ownPid : pid;
        }
    }
}

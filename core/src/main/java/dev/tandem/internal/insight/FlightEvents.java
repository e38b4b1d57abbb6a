package dev.tandem.internal.insight;

import static dev.tandem.internal.insight.Event.outcome;
import static dev.tandem.internal.insight.Recorder.THIS_JVM;

import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Event.Departure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * The events of the JVM's flight recorder: the one class, with those nested in it, that knows it.
 *
 * <p>A submission is begun and ended by the thread that submits. When a task has waited and run is known once it is over, and often not before: a worker JVM
 * tells it together with its answer. Then both events are made, with the times of its {@link Course}, which are those of report and trace.
 *
 * <p><b>How an event gets a time that is over.</b> The recorder has no call for it. It keeps the begin and the length of an event in two fields that it adds to
 * each class of events, in ticks of a clock of its own, and takes what it finds there. So they are written, as {@link Lasting} says; how ticks
 * go with nanoseconds is seen from two moments of which both are known, one before all tasks that are told of and one now. Where a JVM has
 * no such fields the events have no length, and their fields {@code waited} and {@code busy} say it.
 */
final class FlightEvents {

    private static final long THIS_PROCESS = ProcessHandle.current().pid();
    private static final TaskRun PROBE = new TaskRun();
    private static final Lasting WAIT = Lasting.of(TaskQueueWait.class);
    private static final Lasting RUN = Lasting.of(TaskRun.class);

    private static volatile @Nullable Moment begin; // of all that is told; written by who comes first

    private FlightEvents() {}

    /** Asked first: to load an event makes the recorder, which takes a tenth of a second, and nobody may want it. */
    static final class Recorder {

        private Recorder() {}

        /** Whether somebody has had a use for the recorder in this JVM, be it a flag, a tool or the program. */
        static boolean isThere() {
            return FlightRecorder.isInitialized();
        }
    }

    /** What all events of a task tell. */
    abstract static class OfTask extends Event {

        @Label("Runner")
        @Nullable
        String runner;

        @Label("Task")
        long taskId;

        @Label("Name")
        @Nullable
        String name;

        @Label("Attempt")
        int attempt;

        @Label("Inputs")
        int inputs;

        final void of(String ofRunner, Course task) {
            runner = ofRunner;
            taskId = task.taskId();
            name = task.name();
            attempt = task.attempt();
            inputs = task.inputs();
        }
    }

    @Name("dev.tandem.TaskSubmit")
    @Label("Task Submit")
    @Category("Tandem")
    @Description("A task was encoded and handed in")
    static final class TaskSubmit extends OfTask {

        @Label("Bytes")
        @DataAmount
        long bytes;
    }

    @Name("dev.tandem.TaskQueueWait")
    @Label("Task Queue Wait")
    @Category("Tandem")
    @Description("A task waited for a worker")
    @StackTrace(false)
    static final class TaskQueueWait extends OfTask {}

    @Name("dev.tandem.TaskRun")
    @Label("Task Run")
    @Category("Tandem")
    @Description("A worker was busy with a task, or with inputs of a map or stream that run together")
    @StackTrace(false)
    static final class TaskRun extends OfTask {

        @Label("Worker")
        int worker;

        @Label("Worker Process")
        long pid;

        @Label("Outcome")
        @Nullable
        String outcome;

        @Label("Failure")
        @Nullable
        String failure;

        @Label("Worker Busy")
        @Timespan(Timespan.NANOSECONDS)
        long busy;

        @Label("Waited")
        @Timespan(Timespan.NANOSECONDS)
        long waited;

        @Label("Bytes of Result")
        @DataAmount
        long bytes;
    }

    @Name("dev.tandem.WorkerStart")
    @Label("Worker Start")
    @Category("Tandem")
    @Description("A worker takes tasks")
    @StackTrace(false)
    static final class WorkerStart extends Event {

        @Label("Runner")
        @Nullable
        String runner;

        @Label("Worker")
        int worker;

        @Label("Worker Process")
        long pid;

        @Label("Took to Start")
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("dev.tandem.WorkerEnd")
    @Label("Worker End")
    @Category("Tandem")
    @Description("A worker is no more: it was lost, killed, recycled or stopped")
    @StackTrace(false)
    static final class WorkerEnd extends Event {

        @Label("Runner")
        @Nullable
        String runner;

        @Label("Worker")
        int worker;

        @Label("Worker Process")
        long pid;

        @Label("How")
        @Nullable
        String how;

        @Label("Cause")
        @Nullable
        String cause;
    }

    @Name("dev.tandem.Decision")
    @Label("Decision")
    @Category("Tandem")
    @Description("A runner has decided something: to adapt, to pause after too many losses, to go on with new workers")
    @StackTrace(false)
    static final class Decision extends Event {

        @Label("Runner")
        @Nullable
        String runner;

        @Label("What")
        @Nullable
        String what;
    }

    static boolean isOn() {
        return PROBE.isEnabled();
    }

    /** What is begun when a task is submitted, and kept with it. */
    static Object begin() {
        TaskSubmit submit = new TaskSubmit();
        submit.begin();
        if (begin == null) {
            begin = Moment.now();
        }
        return submit;
    }

    static Object beginAgain() {
        return new TaskSubmit(); // never told: it was submitted once
    }

    static void submitted(String runner, Course task) {
        TaskSubmit submit = (TaskSubmit) Objects.requireNonNull(task.flight());
        submit.of(runner, task);
        submit.bytes = task.bytesIn();
        submit.commit();
    }

    static void over(String runner, Course task, TaskStatus status, @Nullable String failure, long nowNanos) {
        if (task.startedNanos() == 0) {
            return; // there was no run
        }
        if (task.knowsWait()) {
            TaskQueueWait wait = new TaskQueueWait();
            wait.of(runner, task);
            long waitNanos = task.waitNanos(nowNanos);
            WAIT.lasted(wait, task.startedNanos() - waitNanos, waitNanos);
            wait.commit();
        }
        TaskRun run = new TaskRun();
        run.of(runner, task);
        run.worker = task.slot();
        run.pid = real(task.pid());
        run.outcome = outcome(status);
        run.failure = failure;
        run.busy = task.busyNanos(nowNanos);
        run.waited = task.knowsWait() ? task.waitNanos(nowNanos) : 0;
        run.bytes = task.bytesOut();
        RUN.lasted(run, task.startedNanos(), run.busy);
        run.commit();
    }

    private static long real(long pid) {
        return pid == THIS_JVM ? THIS_PROCESS : pid;
    }

    static void decided(String runner, String what) {
        Decision event = new Decision();
        event.runner = runner;
        event.what = what;
        event.commit();
    }

    static void workerStarted(String runner, int slot, long pid, long tookNanos) {
        WorkerStart event = new WorkerStart();
        event.runner = runner;
        event.worker = slot;
        event.pid = real(pid);
        event.took = tookNanos;
        event.commit();
    }

    static void workerEnded(String runner, int slot, long pid, Departure how, String cause) {
        WorkerEnd event = new WorkerEnd();
        event.runner = runner;
        event.worker = slot;
        event.pid = real(pid);
        event.how = how.name();
        event.cause = cause;
        event.commit();
    }

    /** One moment on both clocks. */
    private record Moment(long nanos, long ticks) {

        static Moment now() {
            TaskRun stamped = new TaskRun();
            stamped.begin();
            return new Moment(System.nanoTime(), RUN.startOf(stamped));
        }
    }

    /** The two fields of one class of events; null where there are none. */
    private record Lasting(
            @Nullable VarHandle start, @Nullable VarHandle duration) {

        static Lasting of(Class<? extends Event> events) {
            try {
                MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(events, MethodHandles.lookup());
                return new Lasting(
                        lookup.findVarHandle(events, "startTime", long.class),
                        lookup.findVarHandle(events, "duration", long.class));
            } catch (ReflectiveOperationException e) {
                return new Lasting(null, null);
            }
        }

        long startOf(Event event) {
            return start == null ? 0 : (long) start.get(event);
        }

        void lasted(Event event, long fromNanos, long nanos) {
            Moment first = begin;
            Moment now = Moment.now();
            if (start == null || duration == null || first == null || now.nanos() <= first.nanos()) {
                return;
            }
            double ticksPerNano = (now.ticks() - first.ticks()) / (double) (now.nanos() - first.nanos());
            start.set(event, first.ticks() + Math.round((fromNanos - first.nanos()) * ticksPerNano));
            duration.set(
                    event, Math.max(1, Math.round(nanos * ticksPerNano))); // 0: the recorder would take the time itself
        }
    }
}

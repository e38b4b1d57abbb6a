package dev.tandem.internal.insight;

import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Event.Departure;
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
 * <p>An event that lasts is begun when it begins and kept with the task until it ends, for its times are the recorder's own.
 */
final class FlightEvents {

    private static final TaskRun PROBE = new TaskRun();

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

        @Label("Worker Process, 0 for a Thread")
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

        @Label("Worker Process, 0 for a Thread")
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

        @Label("Worker Process, 0 for a Thread")
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

    /** What lasts of a task. */
    static final class OfCourse {

        private final TaskSubmit submit = new TaskSubmit();
        private final TaskQueueWait queueWait = new TaskQueueWait();
        private final TaskRun run = new TaskRun();
    }

    static boolean isOn() {
        return PROBE.isEnabled();
    }

    static Object begin() {
        OfCourse fresh = new OfCourse();
        fresh.submit.begin();
        return fresh;
    }

    static Object beginAgain() {
        OfCourse fresh = new OfCourse();
        fresh.queueWait.begin();
        return fresh;
    }

    static void submitted(String runner, Course task) {
        OfCourse events = of(task);
        events.submit.of(runner, task);
        events.submit.bytes = task.bytesIn();
        events.submit.commit();
        events.queueWait.begin();
    }

    static void started(String runner, Course task) {
        OfCourse events = of(task);
        if (task.inputIndex() < 0) {
            events.queueWait.of(runner, task);
            events.queueWait.commit();
        }
        events.run.begin();
    }

    static void over(String runner, Course task, TaskStatus status, @Nullable String failure, long nowNanos) {
        if (task.startedNanos() == 0) {
            return; // there was no run
        }
        TaskRun run = of(task).run;
        run.of(runner, task);
        run.worker = task.slot();
        run.pid = task.pid();
        run.outcome = status.name();
        run.failure = failure;
        run.busy = task.busyNanos(nowNanos);
        run.waited = task.knowsWait() ? task.waitNanos(nowNanos) : 0;
        run.bytes = task.bytesOut();
        run.commit();
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
        event.pid = pid;
        event.took = tookNanos;
        event.commit();
    }

    static void workerEnded(String runner, int slot, long pid, Departure how, String cause) {
        WorkerEnd event = new WorkerEnd();
        event.runner = runner;
        event.worker = slot;
        event.pid = pid;
        event.how = how.name();
        event.cause = cause;
        event.commit();
    }

    private static OfCourse of(Course task) {
        return (OfCourse) Objects.requireNonNull(task.flight());
    }
}

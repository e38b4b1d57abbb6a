package dev.tandem.internal.insight;

import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Event.Departure;
import org.jspecify.annotations.Nullable;

/**
 * What the flight recorder of the JVM is told, where there is one: the module {@code jdk.jfr} may be missing from an image.
 *
 * <p>All that knows it is in {@link FlightEvents}, which is not loaded where it is missing. While nobody records, asking costs nothing: the
 * JVM's answer is a constant until somebody does.
 */
final class Flight {

    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private final String runner;

    Flight(String runner) {
        this.runner = runner;
    }

    /** Whether somebody records what tasks do. */
    static boolean isOn() {
        return PRESENT && FlightEvents.Recorder.isThere() && FlightEvents.isOn();
    }

    /** A task is being submitted; returns what the end of that is to be told to. */
    @Nullable
    Object begin() {
        return isOn() ? FlightEvents.begin() : null;
    }

    /** The same for another attempt, which waits at once. */
    @Nullable
    Object beginAgain() {
        return isOn() ? FlightEvents.beginAgain() : null;
    }

    /** A chunk is made where a lock may be held, long after its inputs were submitted: only its run and its wait are told. */
    void submitted(Course task) {
        if (task.flight() != null && task.inputIndex() < 0) {
            FlightEvents.submitted(runner, task);
        }
    }

    void over(Course task, TaskStatus status, @Nullable String failure, long nowNanos) {
        if (task.flight() != null) {
            FlightEvents.over(runner, task, status, failure, nowNanos);
        }
    }

    void decided(String what) {
        if (isOn()) {
            FlightEvents.decided(runner, what);
        }
    }

    void workerStarted(int slot, long pid, long tookNanos) {
        if (isOn()) {
            FlightEvents.workerStarted(runner, slot, pid, tookNanos);
        }
    }

    void workerEnded(int slot, long pid, Departure how, String cause) {
        if (isOn()) {
            FlightEvents.workerEnded(runner, slot, pid, how, cause);
        }
    }
}

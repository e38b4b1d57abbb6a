package dev.tandem.internal.processes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the supervisor did to one worker, for its death certificate: what was asked, which signals were sent and why, and the
 * thread dump that was taken before.
 *
 * <p>Bounded: of many interrupts the last ones are kept. Thread-safe; the monitor is a leaf.
 */
final class Interventions {

    private static final int MAX_NOTES = 8; // a worker of many short tasks may be interrupted a thousand times

    // --- guarded by this ---
    private final List<String> notes = new ArrayList<>();
    private int forgotten;
    private boolean killed;
    private @Nullable String threadDump;
    private String whyNotDumped = "no thread dump: none was tried";

    /** A task was told to stop. */
    synchronized void interrupted() {
        note("interrupt of a task");
    }

    /** The worker was asked to end, by a message. */
    synchronized void askedToEnd() {
        note("told to end, by a message");
    }

    /** It gets a signal that it may handle. */
    synchronized void terminated(String why) {
        note("SIGTERM: " + why);
    }

    /** It gets the signal that it cannot handle; only the first reason counts. */
    synchronized void killed(String why) {
        if (!killed) {
            killed = true;
            note("SIGKILL: " + why);
        }
    }

    /** A thread dump was taken. */
    synchronized void dumped(String dump) {
        threadDump = dump;
    }

    /** None could be taken. */
    synchronized void notDumped(String why) {
        whyNotDumped = "no thread dump: " + why;
        note(whyNotDumped);
    }

    /** What was said of the last attempt to take one. */
    synchronized String threadDumpOrWhyNot() {
        return threadDump != null ? threadDump : whyNotDumped;
    }

    synchronized boolean isKilled() {
        return killed;
    }

    synchronized @Nullable String threadDump() {
        return threadDump;
    }

    /** What was done, oldest first. */
    synchronized List<String> notes() {
        if (forgotten == 0) {
            return List.copyOf(notes);
        }
        List<String> all = new ArrayList<>();
        all.add(forgotten + " earlier ones");
        all.addAll(notes);
        return all;
    }

    private void note(String what) {
        assert Thread.holdsLock(this);
        if (notes.size() == MAX_NOTES) {
            notes.remove(0);
            forgotten++;
        }
        notes.add(what);
    }
}

package dev.tandem.internal.insight;

import dev.tandem.internal.insight.Story.Attempt;
import dev.tandem.internal.insight.Story.Life;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a story in the trace format of Chrome: one object with a list of events, times in microseconds.
 *
 * <pre>
 *   process of the caller          process of a worker
 *     thread main                    thread worker 0
 *       [submit]  ·· flow ·········▶ [ task 7                  ]   X: a slice with a length
 *                                      [decode][ run ][encode]     inside of it, if the worker has measured them
 *     counter waiting, running                                     C
 * </pre>
 *
 * Slices of one thread lie inside each other or apart, as the format wants it: a worker runs one task at a time, and a thread
 * that helps runs one inside of another. Used once.
 */
public final class TraceFile {

    private static final int FIRST_SUBMITTER = 1_000_000; // beyond the numbers of workers, which are threads here, too

    private static final int MOST_COUNTERS = 20_000; // more: large files; fewer: coarse when one looks closely

    private final Story story;
    private final Appendable to;
    private final Map<String, Integer> submitters = new HashMap<>();
    private boolean first = true;

    private TraceFile(Story story, Appendable to) {
        this.story = story;
        this.to = to;
    }

    /**
     * Writes it.
     *
     * @param story what to write
     * @param to where to
     * @throws IOException if that fails
     */
    public static void write(Story story, Appendable to) throws IOException {
        new TraceFile(story, to).write();
    }

    private void write() throws IOException {
        to.append("{\"displayTimeUnit\":\"ms\",\"otherData\":{\"runner\":")
                .append(Json.text(story.runner()))
                .append(",\"strategy\":")
                .append(Json.text(story.strategy()))
                .append(",\"droppedEvents\":\"" + story.droppedEvents() + "\"},\"traceEvents\":[");
        name("process_name", story.ownPid(), 0, story.runner() + " (pid " + story.ownPid() + ")");
        workers();
        for (Attempt attempt : story.attempts()) {
            submission(attempt);
            if (attempt.hasRun()) {
                run(attempt);
            }
        }
        for (Story.Report report : story.reports()) {
            instant(
                    report.task().pid() == 0 ? story.ownPid() : report.task().pid(),
                    report.task().slot(),
                    report.nanos(),
                    "progress",
                    "\"done\":" + report.progress().done() + ",\"total\":"
                            + report.progress().total() + ",\"note\":"
                            + Json.text(report.progress().note()));
        }
        for (Story.Refusal refusal : story.refusals()) {
            event(
                    "i",
                    "refused " + refusal.task().taskId(),
                    story.ownPid(),
                    threadOf(refusal.task()),
                    refusal.nanos(),
                    ",\"s\":\"t\",\"args\":{\"inputs\":" + refusal.task().inputs() + ",\"why\":"
                            + Json.text(String.valueOf(refusal.why())) + "}");
        }
        for (Story.Decision decision : story.decisions()) {
            instant(story.ownPid(), 0, decision.nanos(), decision.what(), "");
        }
        counters();
        to.append("\n]}\n");
    }

    private void workers() throws IOException {
        Set<Long> processes = new HashSet<>(Set.of(story.ownPid()));
        for (Life life : story.workers()) {
            String who = "worker " + life.slot();
            if (processes.add(life.pid())) {
                name("process_name", life.pid(), 0, who + " (pid " + life.pid() + ")");
                event(
                        "M",
                        "process_sort_index",
                        life.pid(),
                        0,
                        0,
                        ",\"args\":{\"sort_index\":" + (life.slot() + 1) + "}");
            }
            name("thread_name", life.pid(), life.slot() + 1, who);
            if (life.readyNanos() > life.askedNanos()) {
                slice(life.pid(), life.slot() + 1, life.askedNanos(), life.readyNanos(), "start", "worker", "");
            }
            if (life.how() != null) {
                instant(
                        life.pid(),
                        life.slot(),
                        life.endNanos(),
                        life.how().name(),
                        "\"cause\":" + Json.text(life.cause()));
            }
        }
    }

    private void submission(Attempt attempt) throws IOException {
        Course task = attempt.task();
        int thread = threadOf(task);
        long end = attempt.submittedNanos() + task.encodeNanos();
        String what = task.attempt() == 1 ? "submit" : "try again";
        slice(
                story.ownPid(),
                thread,
                attempt.submittedNanos(),
                end,
                what + " " + task.taskId(),
                "submit",
                "\"bytes\":" + task.bytesSent());
        if (attempt.hasRun()) {
            flow("s", story.ownPid(), thread, attempt.submittedNanos(), task);
            flow("f", attempt.pid(), task.slot() + 1, attempt.startedNanos(), task);
        }
    }

    /** The thread that has submitted it. */
    private int threadOf(Course task) throws IOException {
        Integer known = submitters.get(task.submitter());
        if (known != null) {
            return known;
        }
        int thread = FIRST_SUBMITTER + submitters.size();
        submitters.put(task.submitter(), thread);
        name("thread_name", story.ownPid(), thread, task.submitter());
        return thread;
    }

    private void run(Attempt attempt) throws IOException {
        Course task = attempt.task();
        String failure = attempt.failure();
        slice(
                attempt.pid(),
                task.slot() + 1,
                attempt.startedNanos(),
                attempt.endedNanos(),
                attempt.title(),
                attempt.outcome(),
                "\"task\":" + task.taskId() + ",\"attempt\":" + task.attempt() + ",\"inputs\":" + task.inputs()
                        + ",\"succeeded\":" + attempt.succeeded() + ",\"outcome\":\"" + attempt.outcome()
                        + "\",\"waitedMicros\":"
                        + Json.micros(task.waitNanos(0)) + ",\"bytesBack\":" + task.bytesOut()
                        + (failure == null ? "" : ",\"failure\":" + Json.text(failure)));
        Course.There there = task.there();
        if (there != null) {
            long decoded = attempt.startedNanos() + there.decodeNanos();
            long returned = decoded + there.runNanos();
            slice(attempt.pid(), task.slot() + 1, attempt.startedNanos(), decoded, "decode", "step", "");
            slice(attempt.pid(), task.slot() + 1, decoded, returned, "run", "step", "");
            slice(attempt.pid(), task.slot() + 1, returned, returned + there.encodeNanos(), "encode", "step", "");
        }
    }

    /** How many wait and run, each time that changes, but not closer together than anybody could see. */
    private void counters() throws IOException {
        record Change(long nanos, int waiting, int running) {}
        List<Change> changes = new ArrayList<>();
        for (Attempt attempt : story.attempts()) {
            int inputs = attempt.task().inputs();
            changes.add(new Change(attempt.readyNanos(), inputs, 0));
            if (attempt.hasRun()) {
                changes.add(new Change(attempt.startedNanos(), -inputs, 1));
                if (attempt.isOver()) {
                    changes.add(new Change(attempt.endedNanos(), 0, -1));
                }
            } else if (attempt.isOver()) {
                changes.add(new Change(attempt.endedNanos(), -inputs, 0));
            }
        }
        changes.sort(Comparator.comparingLong(Change::nanos));
        long waiting = 0;
        long running = 0;
        long closeNanos = story.lengthNanos() / MOST_COUNTERS;
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            waiting += change.waiting();
            running += change.running();
            if (i + 1 == changes.size()
                    || changes.get(i + 1).nanos() / (closeNanos + 1) != change.nanos() / (closeNanos + 1)) {
                event(
                        "C",
                        "tasks",
                        story.ownPid(),
                        0,
                        change.nanos(),
                        ",\"args\":{\"waiting\":" + waiting + ",\"running\":" + running + "}");
            }
        }
    }

    private void slice(long pid, int tid, long from, long to, String name, String category, String args)
            throws IOException {
        event(
                "X",
                name,
                pid,
                tid,
                from,
                ",\"dur\":" + Json.micros(Math.max(0, to - from)) + ",\"cat\":\"" + category + "\",\"args\":{" + args
                        + "}");
    }

    private void flow(String phase, long pid, int tid, long at, Course task) throws IOException {
        event(
                phase,
                "start",
                pid,
                tid,
                at,
                ",\"cat\":\"task\",\"id\":\"" + task.taskId() + "." + task.attempt() + "\""
                        + (phase.equals("f") ? ",\"bp\":\"e\"" : ""));
    }

    private void instant(long pid, int slot, long at, String name, String args) throws IOException {
        event("i", name, pid, slot + 1, at, ",\"s\":\"t\",\"args\":{" + args + "}");
    }

    private void name(String what, long pid, int tid, String name) throws IOException {
        event("M", what, pid, tid, 0, ",\"args\":{\"name\":" + Json.text(name) + "}");
    }

    private void event(String phase, String name, long pid, int tid, long at, String rest) throws IOException {
        to.append(first ? "\n" : ",\n");
        first = false;
        to.append("{\"ph\":\"").append(phase).append("\",\"name\":").append(Json.text(name));
        to.append(",\"pid\":" + pid + ",\"tid\":" + tid + ",\"ts\":")
                .append(Json.micros(at))
                .append(rest)
                .append('}');
    }
}

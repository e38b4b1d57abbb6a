package dev.tandem.internal.worker;

import dev.tandem.Hygiene;
import dev.tandem.internal.protocol.Finding;
import dev.tandem.internal.protocol.Finding.Kind;
import dev.tandem.internal.protocol.Message.LeftBehind;
import dev.tandem.ipc.TransportException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cleans up after each task: puts back what is cheap to put back, tells the supervisor what was left, and says whether the
 * worker is fit for another task.
 *
 * <p>It comes after the answer and before the next task, so that nobody waits for it who is not early. If nothing was left it
 * costs two microseconds. Used by the task thread only.
 */
final class Housekeeping {

    /** More names of tasks than this are not told apart, and not reported: the supervisor's log would drown in them. */
    private static final int MAX_REPORTED = 512;

    private static final int MAX_THREADS_NAMED = 5;

    private final Hygiene hygiene;
    private final Outbox outbox;
    private final Baseline baseline = new Baseline();
    private final PropertyBaseline properties = new PropertyBaseline();
    private final TimeZoneBaseline timeZone = new TimeZoneBaseline(properties);
    private final @Nullable ThreadCensus census;

    // Mutable state of the task thread.
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> reported = new HashSet<>();

    /** Takes everything that is there now for the worker's own. */
    Housekeeping(Hygiene hygiene, Outbox outbox, boolean startActionHasRun) {
        this.hygiene = hygiene;
        this.outbox = outbox;
        this.census = hygiene == Hygiene.IGNORE ? null : new ThreadCensus();
        if (startActionHasRun) {
            timeZone.capture();
        }
    }

    /** A value of a {@code WorkerLocal} is about to be built; what is returned is to be run when that is over. */
    Runnable beforeBuilding() {
        ThreadCensus counted = census;
        if (counted == null) {
            return () -> {};
        }
        List<Thread> ofTheTask = counted.strangers();
        return () -> counted.adopt(ofTheTask);
    }

    /** No task is here: names the thread as it was named before. */
    void nameAsBefore() {
        baseline.nameAsBefore();
    }

    /**
     * Cleans up.
     *
     * @param attempt whose task has just been answered
     * @param threadName what the task thread was called for it, and is called on
     * @param interrupted whether it left the interrupt status set, which nobody had asked for
     * @return why the worker must not run another task, or null
     */
    @Nullable
    String after(Attempt attempt, String threadName, boolean interrupted) throws TransportException {
        findings.clear();
        if (interrupted) {
            findings.add(new Finding(Kind.INTERRUPT, true, "interrupt status of the task thread"));
        }
        try {
            properties.reinstate(findings); // first: what comes next asks them
            baseline.restore(threadName, findings);
            timeZone.restore(findings);
            properties.restore(findings);
        } catch (RuntimeException | Error hostile) {
            findings.add(new Finding(Kind.UNKNOWN, false, "state that cannot be put back: " + hostile.getClass()));
        }
        if (census != null) {
            lookForThreads(census, attempt);
        }
        if (findings.isEmpty() || hygiene == Hygiene.IGNORE) {
            return null;
        }
        report(attempt);
        return hygiene == Hygiene.RECYCLE ? unfit() : null;
    }

    private void lookForThreads(ThreadCensus counted, Attempt attempt) {
        List<Thread> strangers = counted.strangers();
        if (strangers.isEmpty()) {
            return;
        }
        if (hygiene == Hygiene.RECYCLE || isNews(Kind.THREADS, attempt)) { // else it is not worth the wait
            List<Thread> left = counted.awaitEnd(strangers);
            if (!left.isEmpty()) {
                findings.add(new Finding(Kind.THREADS, false, describe(left)));
            }
        }
        counted.adopt(List.of());
    }

    private void report(Attempt attempt) throws TransportException {
        List<Finding> news = new ArrayList<>();
        for (Finding finding : findings) {
            if (isNews(finding.kind(), attempt)) {
                news.add(finding);
            }
        }
        for (Finding finding : news) {
            reported.add(key(finding.kind(), attempt));
        }
        if (!news.isEmpty()) {
            String name = attempt.batch().run().name();
            outbox.send(new LeftBehind(
                    attempt.id(), attempt.item().taskId(), attempt.item().attempt(), name, news));
        }
    }

    private boolean isNews(Kind kind, Attempt attempt) {
        return reported.size() < MAX_REPORTED && !reported.contains(key(kind, attempt));
    }

    private static String key(Kind kind, Attempt attempt) {
        return kind + " " + attempt.batch().run().name();
    }

    private @Nullable String unfit() {
        for (Finding finding : findings) {
            if (!finding.isPutBack()) {
                return "hygiene: its last task left " + finding.text();
            }
        }
        return null;
    }

    private static String describe(List<Thread> threads) {
        StringBuilder text = new StringBuilder();
        text.append(threads.size()).append(threads.size() == 1 ? " thread: " : " threads: ");
        for (int i = 0; i < Math.min(MAX_THREADS_NAMED, threads.size()); i++) {
            Thread thread = threads.get(i);
            text.append(i == 0 ? "" : ", ").append(thread.getName()).append(thread.isDaemon() ? " (daemon)" : "");
        }
        int more = threads.size() - MAX_THREADS_NAMED;
        return more > 0 ? text + " and " + more + " more" : text.toString();
    }
}

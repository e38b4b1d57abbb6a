package dev.tandem.internal.processes;

import dev.tandem.Hygiene;
import dev.tandem.internal.protocol.Finding;
import dev.tandem.internal.protocol.Message;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of what tasks leave behind in their workers, once per kind of finding and name of the task.
 *
 * <p>The texts come from code of the user's, by way of the worker: they are shortened and cannot start a line of their own.
 * Thread-safe.
 */
final class LeftBehindLog {

    private static final Logger log = LoggerFactory.getLogger("dev.tandem.worker");
    private static final int MAX_TEXT = 500;
    private static final int MAX_TOLD = 256; // more names than that are not told apart; the log would drown

    private final String runnerName;
    private final Hygiene hygiene;

    // --- guarded by this ---
    private final Set<String> told = new HashSet<>();

    LeftBehindLog(String runnerName, Hygiene hygiene) {
        this.runnerName = runnerName;
        this.hygiene = hygiene;
    }

    void tell(String worker, Message.LeftBehind left) {
        String name = left.taskName().isEmpty() ? "" : " \"" + clean(left.taskName()) + '"';
        for (Finding finding : left.findings()) {
            if (!isNews(finding.kind() + name)) {
                log.debug("{}: task {}{} left in {}: {}", runnerName, left.taskId(), name, worker, finding.text());
            } else if (finding.isPutBack()) {
                log.warn(
                        "{}: task {}{} left in {}: {}; it was put back. Let the task clean up, or choose"
                                + " hygiene(IGNORE).{}",
                        runnerName,
                        left.taskId(),
                        name,
                        worker,
                        clean(finding.text()),
                        once(name));
            } else {
                log.warn(
                        "{}: task {}{} left in {}: {}; that cannot be put back, so {}. Let the task clean up{}.{}",
                        runnerName,
                        left.taskId(),
                        name,
                        worker,
                        clean(finding.text()),
                        hygiene == Hygiene.RECYCLE ? "the worker is replaced" : "the next task meets it",
                        hygiene == Hygiene.RECYCLE ? "" : ", or choose hygiene(RECYCLE)",
                        once(name));
            }
        }
    }

    private static String once(String name) {
        return name.isEmpty() ? " (Said once for all tasks without a name: named() tells them apart.)" : "";
    }

    private synchronized boolean isNews(String key) {
        return told.size() < MAX_TOLD && told.add(key);
    }

    private static String clean(String text) {
        String shortened = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
        return shortened.replaceAll("\\p{Cntrl}", "?");
    }
}

package dev.tandem.internal.worker.logging;

import dev.tandem.internal.protocol.LogEvent;
import dev.tandem.internal.task.PortableThrowable;
import org.slf4j.event.Level;

/**
 * The last resort of a logger: standard error, which the supervisor reads as well.
 *
 * <p>Needed before a worker has met its supervisor, where agents may log, and after they have parted, where shutdown hooks may.
 * Stateless.
 */
final class Printed {

    private Printed() {}

    static void print(LogEvent event) {
        StringBuilder text = new StringBuilder();
        text.append(Level.intToLevel(10 * event.level())).append(' ').append(event.logger());
        text.append(": ").append(event.message());
        String lead = System.lineSeparator();
        for (PortableThrowable next = event.throwable(); next != null; next = next.cause()) {
            text.append(lead).append(next.className()).append(": ").append(next.message());
            for (StackTraceElement frame : next.frames()) {
                text.append(System.lineSeparator()).append("\tat ").append(frame);
            }
            lead = System.lineSeparator() + "Caused by: ";
        }
        System.err.println(text);
    }
}

package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.LogEvent;
import dev.tandem.internal.protocol.Message.Levels;
import dev.tandem.internal.protocol.Message.Logged;
import dev.tandem.internal.protocol.Message.LoggerWanted;
import dev.tandem.ipc.TransportException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the loggers of a worker need of it.
 *
 * <p>It is loaded when somebody logs, and not before; and it names no class of SLF4J, which a worker must be able to do
 * without. Safe for use by any number of threads.
 */
public final class LogLink {

    private static volatile @Nullable Listener listener;

    /** Hears of levels. */
    public interface Listener {

        /**
         * Takes the levels of loggers.
         *
         * <p>Called by the thread that reads what the supervisor says, which must not be kept.
         *
         * @param masks the levels that are on in the supervisor's JVM, for each logger a bit per level
         */
        void levels(Map<String, Integer> masks);
    }

    private LogLink() {}

    /**
     * Says who is to hear of levels.
     *
     * @param loggers the one listener
     */
    public static void listen(Listener loggers) {
        listener = loggers;
        WorkerMain.logs();
    }

    /**
     * Asks for the levels of a logger: the answer comes to the {@linkplain #listen listener}, and so does each change.
     *
     * @param logger the logger's name
     * @return whether there is anybody to answer
     */
    public static boolean ask(String logger) {
        Outbox outbox = WorkerMain.outbox();
        if (outbox == null) {
            return false;
        }
        try {
            outbox.send(new LoggerWanted(logger));
            return true;
        } catch (TransportException gone) {
            return false;
        }
    }

    /**
     * Sends what was logged; blocks while the supervisor does not read.
     *
     * @param event what was logged
     * @return whether it was sent
     */
    public static boolean log(LogEvent event) {
        Outbox outbox = WorkerMain.outbox();
        if (outbox == null) {
            return false;
        }
        long taskId = outbox.marks().task();
        try {
            try {
                outbox.send(new Logged(taskId, event));
            } catch (IllegalArgumentException tooLong) {
                outbox.send(new Logged(taskId, event.shortened()));
            }
            return true;
        } catch (TransportException | IllegalArgumentException gone) {
            return false;
        }
    }

    /** For the receive thread. */
    static void told(Levels levels) {
        Listener loggers = listener;
        if (loggers != null) {
            loggers.levels(levels.masks());
        }
    }
}

package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Hello;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.Transport;
import dev.tandem.ipc.TransportException;
import java.io.ByteArrayInputStream;
import org.jspecify.annotations.Nullable;

/** The main class of a worker JVM: joins the supervisor, says HELLO, and receives until the end. */
public final class WorkerMain {

    private static final int EXIT_USAGE = 64;

    // Here and not in LogLink, so that no class is loaded for a log that nobody writes.
    private static volatile @Nullable Outbox outbox;
    private static volatile boolean logging;

    private WorkerMain() {}

    /** What this JVM says to its supervisor; null if it is no worker, or has not met its supervisor yet. */
    static @Nullable Outbox outbox() {
        return outbox;
    }

    /** Somebody has begun to log. */
    static void logs() {
        logging = true;
    }

    /** Whether anybody may have logged, or used the MDC, in this worker. */
    static boolean isLogging() {
        return logging;
    }

    /**
     * Runs a worker; it returns only when the JVM is about to end.
     *
     * @param args the address of the supervisor, last; before it the name of the worker, for people who list processes
     */
    public static void main(String[] args) {
        if (args.length == 0) {
            System.err.println(
                    "This is the main class of Tandem's worker JVMs. It is started by a ParallelRunner, which"
                            + " passes an address; there is nothing to run here by hand.");
            System.exit(EXIT_USAGE);
        }
        String name = args.length == 1 ? "tandem" : args[0];
        Departure departure = new ProcessEnd();
        watchParent(departure, name); // first: it loads meanwhile what the first task needs
        try {
            // Both sides take the smaller limit, and it is the supervisor's to set.
            Connection connection = Transport.connect(args[args.length - 1], Integer.MAX_VALUE);
            // What is there is the supervisor's, or nothing.
            System.setIn(new ByteArrayInputStream(new byte[0]));
            Outbox box = new Outbox(connection);
            StandardStream.install(box.marks());
            Runtime.getRuntime().addShutdownHook(new Thread(new ExitHook(box), name + "-exit-hook"));
            box.send(new Hello(System.getProperty("java.version"), Message.PROTOCOL_VERSION));
            outbox = box; // now: HELLO comes first
            new Receiver(connection, box, departure).run();
        } catch (TransportException e) {
            departure.broken("it cannot meet the supervisor that started it", e);
        }
    }

    private static void watchParent(Departure departure, String name) {
        Thread watch = new Thread(new ParentWatch(departure, new WarmUp()), name + "-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}

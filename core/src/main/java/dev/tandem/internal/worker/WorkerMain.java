package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Hello;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.Transport;
import dev.tandem.ipc.TransportException;
import java.io.ByteArrayInputStream;

/** The main class of a worker JVM: joins the supervisor, says HELLO, and receives until the end. */
public final class WorkerMain {

    private static final int EXIT_USAGE = 64;

    private WorkerMain() {}

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
        try {
            // Both sides take the smaller limit, and it is the supervisor's to set.
            Connection connection = Transport.connect(args[args.length - 1], Integer.MAX_VALUE);
            // What is there is the supervisor's, or nothing.
            System.setIn(new ByteArrayInputStream(new byte[0]));
            Outbox outbox = new Outbox(connection);
            StandardStream.install(outbox.marks());
            Runtime.getRuntime().addShutdownHook(new Thread(new ExitHook(outbox), name + "-exit-hook"));
            watchParent(departure, name);
            outbox.send(new Hello(
                    ProcessHandle.current().pid(), System.getProperty("java.version"), Message.PROTOCOL_VERSION));
            new Receiver(connection, outbox, departure).run();
        } catch (TransportException e) {
            departure.broken("it cannot meet the supervisor that started it", e);
        }
    }

    private static void watchParent(Departure departure, String name) {
        Thread watch = new Thread(new ParentWatch(departure), name + "-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}

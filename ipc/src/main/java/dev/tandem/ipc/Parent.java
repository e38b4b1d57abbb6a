package dev.tandem.ipc;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** What a parent does on every transport. */
final class Parent {

    private Parent() {}

    static int checkLimit(int maxPayloadBytes) {
        if (maxPayloadBytes < 1) {
            throw new IllegalArgumentException("maxPayloadBytes must be positive: maxPayloadBytes=" + maxPayloadBytes);
        }
        return maxPayloadBytes;
    }

    static String name(Process worker) {
        return "worker " + worker.pid();
    }

    /**
     * Writes the record and ends the worker's input if nothing else follows. It fits into an empty pipe, so this does not
     * wait for the worker; and it does not fail, since a worker that cannot be told has ended or is about to, and how
     * it ended is found out by the wait that follows.
     */
    static void handOver(BootstrapRecord handedOver, Process worker, boolean endInput) {
        byte[] bytes = handedOver.encode();
        try {
            OutputStream out = worker.getOutputStream();
            out.write(bytes);
            out.flush();
            if (endInput) {
                out.close();
            }
        } catch (IOException e) {
            // See above.
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Writes what follows the record; it too must fit into the pipe, and does not fail. */
    static void tell(Process worker, byte[] bytes) {
        try {
            OutputStream out = worker.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            // As above.
        }
    }

    /**
     * Looks whether there is a point in waiting on.
     *
     * @param alive whether the worker was alive before its words were last looked for
     * @param heard added to the messages
     * @throws TransportException if there is none
     */
    static void checkWaiting(Process worker, boolean alive, boolean closed, Deadline deadline, String heard)
            throws TransportException {
        if (closed) {
            throw closedWhileWaiting(worker);
        }
        if (!alive) {
            throw new TransportException(
                    name(worker) + " did not connect" + ending(worker) + "; its output may tell why" + heard);
        }
        if (deadline.isOver()) {
            throw new TransportException(name(worker) + " did not connect within " + deadline.elapsedMillis()
                    + " ms; allow it more time to start or look at its output" + heard);
        }
    }

    static TransportException closedWhileWaiting(Process worker) {
        return new TransportException("the listener was closed while waiting for " + name(worker));
    }

    private static String ending(Process worker) {
        return worker.isAlive() ? "" : ": it ended with exit code " + worker.exitValue();
    }
}

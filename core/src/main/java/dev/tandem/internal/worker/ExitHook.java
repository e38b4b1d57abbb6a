package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Stopping;
import dev.tandem.ipc.TransportException;

/**
 * Says STOPPING when the JVM shuts down. Hooks run beside each other, so it is said even if a hook of the user's hangs.
 */
final class ExitHook implements Runnable {

    private final Outbox outbox;

    ExitHook(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void run() {
        try {
            outbox.send(new Stopping());
        } catch (TransportException gone) {
            // Nobody is left who would want to know.
        }
    }
}

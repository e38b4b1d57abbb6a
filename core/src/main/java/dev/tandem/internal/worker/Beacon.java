package dev.tandem.internal.worker;

import dev.tandem.ipc.TransportException;
import java.util.concurrent.locks.LockSupport;

/**
 * The beacon thread: says ALIVE on a timer, whatever the tasks do, and sends what was left in the {@link Outbox}.
 *
 * <p>It proves that the process lives and nothing about the task. A task that interrupts every thread that it can find does
 * not stop it.
 */
final class Beacon implements Runnable {

    private final Outbox outbox;
    private final long heartbeatNanos;
    private final Departure departure;

    Beacon(Outbox outbox, long heartbeatNanos, Departure departure) {
        this.outbox = outbox;
        this.heartbeatNanos = heartbeatNanos;
        this.departure = departure;
    }

    @Override
    public void run() {
        outbox.setBeacon(Thread.currentThread());
        long nextAliveNanos = System.nanoTime();
        try {
            while (true) {
                outbox.whereabouts().open();
                outbox.flush();
                long untilAlive = nextAliveNanos - System.nanoTime();
                if (untilAlive <= 0) {
                    outbox.sendAlive();
                    untilAlive = heartbeatNanos;
                    nextAliveNanos = System.nanoTime() + untilAlive;
                }
                LockSupport.parkNanos(Math.min(untilAlive, outbox.nanosToNextReport()));
                // With the status set no park would ever wait again.
                Thread.interrupted();
            }
        } catch (TransportException gone) {
            departure.orphaned();
        } catch (Throwable thrown) {
            departure.broken("its beacon failed", thrown);
        }
    }
}

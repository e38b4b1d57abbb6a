package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.protocol.ConnectionPair;
import dev.tandem.internal.protocol.Message.Configure;
import dev.tandem.internal.protocol.Message.Ready;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A worker whose threads run in this JVM, with a scripted supervisor; how it would have ended is recorded.
 *
 * <p>{@link #close()} closes the connection, and fails if one of its threads stays.
 */
final class WorkerInThisJvm {

    static final String ORDERLY = "orderly";

    final ScriptedSupervisor supervisor;
    final BlockingQueue<String> departures = new LinkedBlockingQueue<>();

    private final ConnectionPair pair = new ConnectionPair();
    private volatile boolean hasEnded; // its process would have

    private final Receiver reading;
    private final Thread receiver;

    WorkerInThisJvm() {
        supervisor = new ScriptedSupervisor(pair.first());
        Outbox outbox = new Outbox(pair.second());
        reading = new Receiver(pair.second(), outbox, new Recorded());
        receiver = new Thread(reading::run, "test-worker-receiver");
        receiver.start();
    }

    /** Started and ready. */
    static WorkerInThisJvm ready(Configure configure) throws Exception {
        WorkerInThisJvm worker = new WorkerInThisJvm();
        worker.supervisor.say(configure);
        worker.supervisor.expect(Ready.class);
        return worker;
    }

    String awaitDeparture() throws InterruptedException {
        String departure = departures.poll(20, TimeUnit.SECONDS);
        assertThat(departure).as("how the worker ends").isNotNull();
        return departure;
    }

    void close() throws Exception {
        supervisor.close();
        if (hasEnded) {
            reading.end(); // as the end of the process would
        }
        receiver.join(20_000);
        for (Thread thread : threads()) {
            thread.join(20_000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    /** All that carry the name of this worker, whatever they do now. */
    static List<Thread> threads() {
        List<Thread> found = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("test-worker-")) {
                found.add(thread);
            }
        }
        return found;
    }

    private final class Recorded implements Departure {
        @Override
        public void stopRequested() {
            departures.add("stop requested");
        }

        @Override
        public void orphaned() {
            departures.add("orphaned");
        }

        @Override
        public void broken(String what, Throwable cause) {
            departures.add("broken: " + what + ": " + cause.getMessage());
        }

        @Override
        public void startFailed() {
            departures.add("start failed");
        }

        @Override
        public void orderly() {
            hasEnded = true;
            departures.add(ORDERLY);
        }
    }
}

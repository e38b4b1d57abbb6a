package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Lookup;
import dev.tandem.ipc.TransportException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one worker asks for, and how much of it at a time.
 *
 * <p>A question counts until its answer was written, so that a worker which asks and does not read cannot pile up answers here.
 * Thread-safe.
 */
final class WorkerSupply {

    /** A worker of ours has {@link Lookup#MAX_OPEN} open, and may ask again before this side has noted what it wrote. */
    private static final int MAX_OPEN = 2 * Lookup.MAX_OPEN;

    private final Executor callbacks;
    private final ClassSupply supply;
    private final AtomicInteger open = new AtomicInteger();

    WorkerSupply(Executor callbacks, ClassSupply supply) {
        this.callbacks = callbacks;
        this.supply = supply;
    }

    /**
     * Sees to it that a question is answered; for the reader thread, so it only passes it on.
     *
     * @throws TransportException if no worker of ours would ask so much at once
     */
    void answer(Lookup lookup, WorkerProxy to) throws TransportException {
        if (open.incrementAndGet() > MAX_OPEN) {
            throw new TransportException(
                    "the worker asks for more than " + MAX_OPEN + " classes and resources at once");
        }
        callbacks.execute(() -> {
            Found found = supply.find(lookup);
            to.answer(found, open::decrementAndGet);
        });
    }
}

package dev.tandem.internal.worker;

import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import java.io.ObjectInputFilter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Loads what the first task needs, while another thread meets the supervisor.
 *
 * <p>The streams of Java serialization with their filters, and the first lambda that can travel, cost a JVM that has just started as much
 * time as all else that it does before its first task: the filters' logger alone asks each jar of the class path for a logging framework.
 * What two cores do at once is waited for once. So something small takes the way of a task here, and what takes longest comes first,
 * because a task that arrives meanwhile can load the rest by itself, but must wait for what is half done. Where no core is free
 * nothing is gained, and nothing lost: the first task would have loaded the same. A worker that is still without work after a while {@linkplain
 * Rehearsal rehearses} the rest of a task too.
 *
 * <p>What is sent has a {@code serialVersionUID} of its own. To compute one takes a digest, and that all security providers.
 */
final class WarmUp implements Runnable {

    private static final int MAX_BYTES = 1_000;
    private static final Boolean SAMPLE = Boolean.TRUE;

    /** Sooner would be in the way of a first task that is there already; later is too late for a spare worker. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    @Override
    public void run() {
        try {
            ObjectInputFilter.Config.getSerialFilter();
            thereAndBack();
            LockSupport.parkNanos(QUIET_NANOS);
            new Rehearsal().play();
        } catch (Exception | Error notHere) {
            // a filter of this JVM may refuse it: then a task will be told so
        }
    }

    /** Sends something small to this JVM; what has arrived. */
    static @Nullable Object thereAndBack() throws EncodingException {
        Codec.Encoded encoded = Codec.java().newEncoder(MAX_BYTES).encode(SAMPLE);
        Codec.Decoder decoder = Codec.java().newDecoder(WarmUp.class.getClassLoader());
        for (Codec.Definition definition : encoded.definitions()) {
            decoder.define(definition);
        }
        return decoder.decode(encoded.bytes(), 0, encoded.bytes().length);
    }
}

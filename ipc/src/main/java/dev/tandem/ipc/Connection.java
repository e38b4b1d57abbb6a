package dev.tandem.ipc;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A two-way stream of whole frames between two JVMs, in order.
 *
 * <p>Thread-safety: any number of threads may {@linkplain #send send}, one at a time gets through; only one thread may
 * {@linkplain #receive receive}. An interrupt neither breaks the connection nor ends a send or a receive; the interrupt
 * status of the thread is kept. Everything done before a send happens-before the return of the receive that
 * delivers its frame.
 */
public interface Connection extends AutoCloseable {

    /**
     * Sends one frame and returns when all its bytes were handed to the system. Blocks while the peer does not read.
     *
     * <p>The payload must not change until this returns, else the peer finds a broken frame.
     *
     * @param kind the kind of the frame, 1 to 255; its meaning is the caller's
     * @param id a number of 0 to 2<sup>48</sup>-1; its meaning is the caller's
     * @param payload the parts of the payload, joined on the wire; read from their position to their limit, which are
     *     left unchanged
     * @throws TransportException if the peer is gone, the wire is broken or this connection is closed
     * @throws IllegalArgumentException if kind or id is out of range, or the payload is longer than the peer accepts; nothing
     *     was sent then
     */
    void send(int kind, long id, ByteBuffer... payload) throws TransportException;

    /**
     * Sends one frame with large arrays beside it, which go out in chunks, without a copy of the whole. Frames that other threads send
     * meanwhile go between the chunks, so they may overtake this one.
     *
     * @param kind as {@link #send(int, long, ByteBuffer...)}
     * @param id as {@link #send(int, long, ByteBuffer...)}
     * @param arrays arrays of primitives, of 64 KiB and more each; what changes in them before this returns may or may not be sent
     * @param payload as {@link #send(int, long, ByteBuffer...)}
     * @throws TransportException as {@link #send(int, long, ByteBuffer...)}
     * @throws IllegalArgumentException as {@link #send(int, long, ByteBuffer...)}, the arrays being part of the payload; and if one is no
     *     array of primitives or too small
     */
    default void send(int kind, long id, List<?> arrays, ByteBuffer... payload) throws TransportException {
        if (!arrays.isEmpty()) {
            throw new UnsupportedOperationException("this connection has no way for arrays beside a frame: " + this);
        }
        send(kind, id, payload);
    }

    /**
     * As {@link #send(int, long, List, ByteBuffer...)}, but what is sent may be left here until the next send or {@link #flush}: many small frames
     * cost one call of the system then, and wake the peer once.
     *
     * @param kind as {@link #send(int, long, List, ByteBuffer...)}
     * @param id as {@link #send(int, long, List, ByteBuffer...)}
     * @param arrays as {@link #send(int, long, List, ByteBuffer...)}
     * @param payload as {@link #send(int, long, List, ByteBuffer...)}
     * @throws TransportException as {@link #send(int, long, List, ByteBuffer...)}
     * @throws IllegalArgumentException as {@link #send(int, long, List, ByteBuffer...)}
     */
    default void gather(int kind, long id, List<?> arrays, ByteBuffer... payload) throws TransportException {
        send(kind, id, arrays, payload);
    }

    /**
     * Sends what was {@linkplain #gather gathered}, if anything was.
     *
     * @throws TransportException as {@link #send(int, long, ByteBuffer...)}
     */
    default void flush() throws TransportException {}

    /**
     * Keeps what is {@linkplain #gather gathered} in memory that the peer sees, too, as long as it is not sent. If this process ends before that, the
     * peer finds it there.
     *
     * @param memory outside of the heap, aligned to 8 bytes, zeroed; nobody else writes to it
     */
    default void keepGatheredIn(ByteBuffer memory) {}

    /**
     * Looks at that memory at the end of what the peer has sent. For the thread that receives, before the peer gathers anything.
     *
     * @param memory what the peer has passed to {@link #keepGatheredIn}
     */
    default void peerKeepsGatheredIn(ByteBuffer memory) {}

    /**
     * Allows who receives to look again and again for some microseconds before it sleeps, if what waits mostly comes soon: to be woken takes longer
     * than most answers. It does not pay where every core has other work.
     *
     * @param allowed asked each time; quick
     */
    default void spinWhile(BooleanSupplier allowed) {}

    /**
     * Whether a whole message was read already with an earlier one, so that {@link #receive} will not wait. For the thread that receives.
     *
     * @return false if not, or if that is not known, as is the default
     */
    default boolean hasMore() {
        return false;
    }

    /**
     * The same, but the system is asked, too, if it can tell without taking long.
     *
     * @return false if not, or if that is not known, as is the default
     */
    default boolean hasArrived() {
        return hasMore();
    }

    /**
     * The next frame if all of it has arrived; never waits. For the thread that receives, as {@link #receive} is.
     *
     * @return null if it has not, or that is not known, as is the default; also where only {@link #receive} can say more, as at the end, and
     *     before a frame that is large, broken or comes with arrays
     * @throws TransportException if the wire is broken, or this connection is closed
     */
    default @Nullable Frame poll() throws TransportException {
        return null;
    }

    /**
     * Waits for the next frame.
     *
     * @return the frame, or {@code null} if the peer closed the connection between two frames
     * @throws TransportException if the stream ended inside a frame, a frame is broken or too long, or this connection
     *     was closed while waiting
     */
    @Nullable
    Frame receive() throws TransportException;

    /**
     * Gives names to the kinds of frames for the log of frames, which shows numbers otherwise.
     *
     * @param names called with 1 to 255, by any thread
     */
    default void nameKinds(IntFunction<String> names) {}

    /**
     * Asks to be told that a long frame is on its way: each time that another mebibyte of its payload has arrived. Who judges a
     * peer by its silence needs that; a peer that sends a byte now and then is as good as silent.
     *
     * @param progress called by the thread that receives, which it must not hold up
     */
    default void tellProgress(Runnable progress) {}

    /**
     * Why this connection goes another way than its {@link Transport} is for, such as pipes where there was no room for shared memory. What it promises
     * is the same.
     *
     * @return the reason, for people; empty if it goes that way, as is the default
     */
    default Optional<String> fallback() {
        return Optional.empty();
    }

    /**
     * The longest payload that may be sent or received: the smaller one of the two sides' limits.
     *
     * @return the limit in bytes
     */
    int maxPayloadBytes();

    /**
     * Ends the connection and wakes the receiver of either side. Never blocks, also while a send is stuck; idempotent.
     *
     * <p><b>Note:</b> Java cannot wake a thread that is blocked on a pipe. On {@link Transport#pipes()} a blocked receive of
     * this side ends when the peer closes its own side in turn or its process ends, and a blocked send when the peer reads on
     * or its process ends. So a parent that gives up a worker kills it, and does not wait for these threads before.
     */
    @Override
    void close();

    /**
     * One frame as it arrived.
     *
     * @param kind 1 to 255
     * @param id 0 to 2<sup>48</sup>-1
     * @param payload the bytes; the receiver owns the array
     * @param arrays the arrays of primitives that were sent beside it; the receiver owns them
     */
    @SuppressWarnings("ArrayRecordComponent") // a frame is a carrier, compared by nobody
    record Frame(int kind, long id, byte[] payload, List<?> arrays) {
        /** Checks for null. */
        public Frame {
            Objects.requireNonNull(payload, "payload");
            Objects.requireNonNull(arrays, "arrays");
        }

        /**
         * A frame without arrays.
         *
         * @param kind 1 to 255
         * @param id 0 to 2<sup>48</sup>-1
         * @param payload the bytes; the receiver owns the array
         */
        public Frame(int kind, long id, byte[] payload) {
            this(kind, id, payload, List.of());
        }
    }
}

package dev.tandem.ipc;

import java.io.IOException;
import java.lang.invoke.VarHandle;

/** The producer's end of a {@link ByteRing}. Never blocks. Used by one thread at a time. */
final class RingSink {

    /** Published at once. Larger: fewer fences; smaller: the consumer of a long payload starts earlier, and both copy at once. */
    private static final int STEP_BYTES = 64 * 1024;

    private final ByteRing ring;

    private long tail;
    private long head; // as last seen

    RingSink(ByteRing ring) {
        this.ring = ring;
    }

    /**
     * Writes as many of the bytes as fit.
     *
     * @return how many, 0 if there is no room
     * @throws IOException if the consumer is damaged
     */
    int offer(byte[] from, int offset, int length) throws IOException {
        int wanted = Math.min(length, STEP_BYTES);
        int count = Math.min(wanted, room());
        if (count < wanted) {
            look();
            count = Math.min(wanted, room());
        }
        if (count > 0) {
            ring.put(tail, from, offset, count);
            tail += count;
            ring.publishTail(tail);
        }
        return count;
    }

    /** To be asked after each offer: whether the consumer must be woken for it. Says so once. */
    boolean mustRing() {
        VarHandle.fullFence();
        return ring.consumerState() == ByteRing.WAITING && ring.changeConsumerState(ByteRing.WAITING, ByteRing.WORKING);
    }

    /** Says that this side is about to wait for room; {@link #hasRoom} must be asked once more before it does. */
    void beginWaiting() {
        ring.changeProducerState(ByteRing.WORKING, ByteRing.WAITING);
        VarHandle.fullFence();
    }

    void endWaiting() {
        ring.changeProducerState(ByteRing.WAITING, ByteRing.WORKING);
    }

    /** A position that makes no sense counts as room, so that the next offer says what is wrong. */
    boolean hasRoom() {
        return ring.head() != tail - ring.capacity();
    }

    /** Whether the consumer will read no more. */
    boolean isAbandoned() {
        return ring.consumerState() == ByteRing.ENDED;
    }

    /** Says that nothing follows. */
    void end() {
        ring.endProducer();
    }

    private int room() {
        return ring.capacity() - (int) (tail - head);
    }

    private void look() throws IOException {
        long seen = ring.head();
        if (seen < head || seen > tail) {
            throw new TransportException("the shared memory is damaged: the other side has read " + seen + " bytes of "
                    + tail + ", after " + head);
        }
        head = seen;
    }
}

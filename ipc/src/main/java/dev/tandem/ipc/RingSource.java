package dev.tandem.ipc;

import java.io.IOException;
import java.lang.invoke.VarHandle;

/** The consumer's end of a {@link ByteRing}. Never blocks. Used by one thread at a time, but for {@link #abandon}. */
final class RingSource {

    private final ByteRing ring;

    private long head;
    private long tail; // as last seen

    RingSource(ByteRing ring) {
        this.ring = ring;
    }

    /**
     * Reads what is there.
     *
     * @return how many bytes, 0 if there are none
     * @throws IOException if the producer is damaged
     */
    int poll(byte[] into, int offset, int length) throws IOException {
        if (tail == head) {
            look();
        }
        int count = (int) Math.min(length, tail - head);
        if (count > 0) {
            ring.get(head, into, offset, count);
            head += count;
            ring.publishHead(head);
        }
        return count;
    }

    /** To be asked after each poll: whether the producer must be woken for it. Says so once. */
    boolean mustRing() {
        VarHandle.fullFence();
        return ring.producerState() == ByteRing.WAITING && ring.changeProducerState(ByteRing.WAITING, ByteRing.WORKING);
    }

    /** Says that this side is about to wait for bytes; {@link #hasBytes} must be asked once more before it does. */
    void beginWaiting() {
        ring.changeConsumerState(ByteRing.WORKING, ByteRing.WAITING);
        VarHandle.fullFence();
    }

    void endWaiting() {
        ring.changeConsumerState(ByteRing.WAITING, ByteRing.WORKING);
    }

    /** A position that makes no sense counts as bytes, so that the next poll says what is wrong. */
    boolean hasBytes() {
        return ring.tail() != head;
    }

    /** Whether nothing will be added to what is there now. */
    boolean hasEnded() {
        return ring.producerState() == ByteRing.ENDED;
    }

    /** Says that nobody will read any more. Called by any thread. */
    void abandon() {
        ring.endConsumer();
    }

    private void look() throws IOException {
        long seen = ring.tail();
        if (seen < tail || seen > head + ring.capacity()) {
            throw new TransportException("the shared memory is damaged: the other side has written " + seen
                    + " bytes, after " + tail + ", of which " + head + " were read and " + ring.capacity() + " fit");
        }
        tail = seen;
    }
}

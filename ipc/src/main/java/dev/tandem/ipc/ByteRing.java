package dev.tandem.ipc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One direction of a {@link RingWire}: memory that two JVMs share, with one producer and one consumer. All numbers are in
 * the byte order of the machine.
 *
 * <pre>
 *   byte  0                               8              12            128
 *        +-------------------------------+-----------------------------+
 *      0 |  tail: bytes ever written     |            unused           |   written by the producer
 *        +---------------+---------------+-----------------------------+
 *    128 | state of the  |                  unused                     |   0 working, 1 waiting for room, 2 ended
 *        | producer      |                                             |
 *        +---------------+---------------+-----------------------------+
 *    256 |  head: bytes ever read        |            unused           |   written by the consumer
 *        +---------------+---------------+-----------------------------+
 *    384 | state of the  |                  unused                     |   0 working, 1 waiting for bytes, 2 ended
 *        | consumer      |                                             |
 *        +---------------+---------------------------------------------+
 *    512 |  capacity bytes; the n-th byte of the stream is at n mod capacity, a power of two                  ...
 * </pre>
 *
 * Each word has two cache lines of its own (two, since processors fetch them in pairs): a state changes once in a sleep, and so the
 * side that looks at it after each step finds it in its own cache.
 *
 * <h2>Order of memory</h2>
 *
 * <p><b>Publication.</b> The producer stores bytes, then {@code tail} with release; the consumer loads {@code tail} with acquire, then
 * bytes. So it sees all bytes below the {@code tail} that it saw, and a producer that dies between the two has written
 * nothing. The same with {@code head}, the other way round: the producer stores no byte over one that is still being
 * loaded, because the consumer's loads come before its release of {@code head}.
 *
 * <p><b>Falling asleep.</b> Whoever finds nothing to do says so in its state and then blocks on the doorbell, a pipe; the
 * other side rings only if the state says so, as ringing costs a system call.
 *
 * <pre>
 *   producer:  tail = t                     consumer:  state = WAITING
 *              full fence                              full fence
 *              if state == WAITING: ring               if tail == head: block on the doorbell
 * </pre>
 *
 * Each stores one word and then loads the other's. Release and acquire do not forbid that both loads come before both stores:
 * a processor keeps a store in its buffer while it goes on loading, x86 as well. Then the producer would see nobody asleep, the
 * consumer an empty ring, and both would be silent for ever. With a full fence between store and load on <em>both</em> sides
 * at least one of them sees the other's store (Dekker's argument). One fence would not do: it orders one side only. For a producer
 * that waits for room it is the same with {@code head} and the producer's state.
 *
 * <p><b>Waking up.</b> The state is changed from WAITING to WORKING by compare-and-set, by whoever rings or by the sleeper that
 * finds something after all; so there is at most one ring per sleep, and the pipe never fills. The sleeper may have
 * left when its ring arrives: it is heard later, and means nothing but "look again". Worse, whoever has seen WAITING may be
 * held up before its compare-and-set, and do it when the sleeper has left, emptied the ring and fallen asleep again: then this
 * sleep is rung for nothing, and its state says WORKING. So whoever has heard a ring and finds nothing says WAITING once more, with
 * its fence, before it listens on. ENDED is final, since everything else
 * is a compare-and-set from another state.
 *
 * <p><b>The language and the other process.</b> Java's memory model speaks of one JVM. What is used here, aligned accesses by
 * {@link VarHandle} to mapped memory, compiles to the instructions that the same code has between threads; and processors know nothing
 * of processes. {@code ByteRingStress} shows both handshakes to jcstress.
 *
 * <h2>Trust</h2>
 *
 * Neither side reads back what it wrote itself: {@link RingSink} knows its own tail and {@link RingSource} its own head. What the other
 * one wrote is checked before it is used, so a peer that scribbles over all of this can send nonsense, which the frames' checksums
 * find, or stay silent, which the supervisor notices; it cannot make this side read or write elsewhere. Bytes are copied out once, and
 * only the copy is looked at.
 */
final class ByteRing {

    static final int WORKING = 0;
    static final int WAITING = 1;
    static final int ENDED = 2;

    private static final int TAIL = 0;
    private static final int PRODUCER_STATE = 128;
    private static final int HEAD = 256;
    private static final int CONSUMER_STATE = 384;
    private static final int BYTES = 512;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;
    private final int start;
    private final int capacity;

    /**
     * Looks at memory, which is zero at first.
     *
     * @param start where the ring begins in it, a multiple of 8
     * @param capacity a power of two
     */
    ByteRing(ByteBuffer memory, int start, int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two: capacity=" + capacity);
        }
        this.memory = memory;
        this.start = start;
        this.capacity = capacity;
    }

    /** How much memory a ring takes. */
    static int sizeOf(int capacity) {
        return BYTES + capacity;
    }

    int capacity() {
        return capacity;
    }

    long tail() {
        return (long) LONGS.getAcquire(memory, start + TAIL);
    }

    void publishTail(long tail) {
        LONGS.setRelease(memory, start + TAIL, tail);
    }

    long head() {
        return (long) LONGS.getAcquire(memory, start + HEAD);
    }

    void publishHead(long head) {
        LONGS.setRelease(memory, start + HEAD, head);
    }

    int producerState() {
        return (int) INTS.getAcquire(memory, start + PRODUCER_STATE);
    }

    boolean changeProducerState(int from, int to) {
        return INTS.compareAndSet(memory, start + PRODUCER_STATE, from, to);
    }

    void endProducer() {
        INTS.setVolatile(memory, start + PRODUCER_STATE, ENDED);
    }

    int consumerState() {
        return (int) INTS.getAcquire(memory, start + CONSUMER_STATE);
    }

    boolean changeConsumerState(int from, int to) {
        return INTS.compareAndSet(memory, start + CONSUMER_STATE, from, to);
    }

    void endConsumer() {
        INTS.setVolatile(memory, start + CONSUMER_STATE, ENDED);
    }

    /** Copies bytes in, around the corner if need be. */
    void put(long position, byte[] from, int offset, int count) {
        int index = (int) position & (capacity - 1);
        int first = Math.min(count, capacity - index);
        memory.put(start + BYTES + index, from, offset, first);
        memory.put(start + BYTES, from, offset + first, count - first);
    }

    /** Copies bytes out. */
    void get(long position, byte[] into, int offset, int count) {
        int index = (int) position & (capacity - 1);
        int first = Math.min(count, capacity - index);
        memory.get(start + BYTES + index, into, offset, first);
        memory.get(start + BYTES, into, offset + first, count - first);
    }
}

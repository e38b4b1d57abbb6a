package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of a ring, in one thread. */
class ByteRingTest {

    private static final int CAPACITY = 64;
    private static final int START = 8;

    private ByteRing ring = ring(CAPACITY);
    private RingSink sink = new RingSink(ring);
    private RingSource source = new RingSource(ring);

    private static ByteRing ring(int capacity) {
        return new ByteRing(ByteBuffer.allocateDirect(START + ByteRing.sizeOf(capacity)), START, capacity);
    }

    /** Up to 100 steps, each of which writes up to 80 bytes or reads up to 80: more than fit, and across the corner. */
    @Property(tries = 500)
    void givesBackWhatItGotInOrderHoweverItIsCut(
            @ForAll @Size(max = 100) List<@IntRange(min = -80, max = 80) Integer> steps) throws IOException {
        var fresh = ring(CAPACITY);
        var producer = new RingSink(fresh);
        var consumer = new RingSource(fresh);
        Queue<Byte> inside = new ArrayDeque<>();
        byte next = 0;
        for (int step : steps) {
            if (step >= 0) {
                byte[] bytes = new byte[step + 3];
                for (int i = 0; i < step; i++) {
                    bytes[i + 3] = (byte) (next + i);
                }
                int count = producer.offer(bytes, 3, step);
                assertThat(count).isEqualTo(Math.min(step, CAPACITY - inside.size()));
                for (int i = 0; i < count; i++) {
                    inside.add(next++);
                }
            } else {
                byte[] bytes = new byte[2 - step];
                int count = consumer.poll(bytes, 2, -step);
                assertThat(count).isLessThanOrEqualTo(-step);
                assertThat(count == 0).isEqualTo(inside.isEmpty());
                for (int i = 0; i < count; i++) {
                    assertThat(bytes[i + 2]).isEqualTo(inside.remove());
                }
            }
        }
    }

    @Test
    void isEmptyAtFirst() throws IOException {
        assertThat(source.hasBytes()).isFalse();
        assertThat(source.poll(new byte[1], 0, 1)).isZero();
        assertThat(sink.hasRoom()).isTrue();
        assertThat(source.hasEnded()).isFalse();
        assertThat(sink.isAbandoned()).isFalse();
    }

    @Test
    void takesNoMoreThanFits() throws IOException {
        assertThat(sink.offer(new byte[100], 0, 100)).isEqualTo(CAPACITY);
        assertThat(sink.hasRoom()).isFalse();
        assertThat(sink.offer(new byte[1], 0, 1)).isZero();
        assertThat(source.poll(new byte[1], 0, 1)).isEqualTo(1);
        assertThat(sink.hasRoom()).isTrue();
        assertThat(sink.offer(new byte[2], 0, 2)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 4096, 1 << 20})
    void worksInEachSize(int capacity) throws IOException {
        ring = ring(capacity);
        sink = new RingSink(ring);
        source = new RingSource(ring);
        byte[] bytes = new byte[capacity];
        for (int round = 0; round < 5; round++) {
            bytes[0] = (byte) round;
            bytes[capacity - 1] = (byte) -round;
            for (int done = 0; done < capacity; ) {
                done += sink.offer(bytes, done, capacity - done);
            }
            byte[] read = new byte[capacity];
            for (int done = 0; done < capacity; ) {
                done += source.poll(read, done, capacity - done);
            }
            assertThat(read).isEqualTo(bytes);
            assertThat(sink.offer(bytes, 0, 3))
                    .as("the next round starts elsewhere")
                    .isEqualTo(3);
            assertThat(source.poll(read, 0, 3)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 100, -8})
    void refusesACapacityThatIsNoPowerOfTwo(int capacity) {
        assertThatThrownBy(() -> new ByteRing(ByteBuffer.allocateDirect(1000), 0, capacity))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("capacity must be a power of two: capacity=" + capacity);
    }

    @Test
    void ringsOncePerSleepOfTheConsumer() throws IOException {
        sink.offer(new byte[1], 0, 1);
        assertThat(sink.mustRing()).as("nobody sleeps").isFalse();
        source.beginWaiting();
        assertThat(source.hasBytes()).isTrue();
        source.endWaiting();
        assertThat(sink.mustRing()).as("it has found what it looked for").isFalse();
        source.beginWaiting();
        sink.offer(new byte[1], 0, 1);
        assertThat(sink.mustRing()).isTrue();
        assertThat(sink.mustRing()).as("it was rung already").isFalse();
    }

    @Test
    void ringsOncePerSleepOfTheProducer() throws IOException {
        sink.offer(new byte[CAPACITY], 0, CAPACITY);
        sink.beginWaiting();
        source.poll(new byte[1], 0, 1);
        assertThat(source.mustRing()).isTrue();
        assertThat(source.mustRing()).as("it was rung already").isFalse();
        sink.beginWaiting();
        assertThat(sink.hasRoom()).isTrue();
        sink.endWaiting();
        assertThat(source.mustRing()).as("it has found what it looked for").isFalse();
    }

    @Test
    void staysEndedWhoeverFallsAsleepOrWakesUp() {
        sink.end();
        sink.beginWaiting();
        sink.endWaiting();
        assertThat(source.mustRing()).isFalse();
        assertThat(source.hasEnded()).isTrue();
        source.abandon();
        source.beginWaiting();
        source.endWaiting();
        assertThat(sink.mustRing()).isFalse();
        assertThat(sink.isAbandoned()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 4, 5 + CAPACITY + 1, Long.MIN_VALUE, Long.MAX_VALUE})
    void refusesAPositionThatTheProducerCannotHave(long tail) throws IOException {
        sink.offer(new byte[5], 0, 5);
        source.poll(new byte[5], 0, 5);
        ring.publishTail(tail);
        assertThat(source.hasBytes()).as("there is something to look at").isTrue();
        assertThatThrownBy(() -> source.poll(new byte[100], 0, 100))
                .isInstanceOf(TransportException.class)
                .hasMessage("the shared memory is damaged: the other side has written " + tail
                        + " bytes, after 5, of which 5 were read and 64 fit");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 2, CAPACITY + 6, Long.MIN_VALUE, Long.MAX_VALUE})
    void refusesAPositionThatTheConsumerCannotHave(long head) throws IOException {
        sink.offer(new byte[5], 0, 5);
        source.poll(new byte[3], 0, 3);
        sink.offer(new byte[CAPACITY - 2], 0, CAPACITY - 2); // has a look, and finds 3
        ring.publishHead(head);
        assertThat(sink.hasRoom()).as("there is something to look at").isTrue();
        assertThatThrownBy(() -> sink.offer(new byte[1], 0, 1))
                .isInstanceOf(TransportException.class)
                .hasMessageStartingWith("the shared memory is damaged: the other side has read " + head + " bytes of ");
    }
}

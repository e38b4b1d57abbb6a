package dev.tandem.ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What {@link ByteRing} argues: no ring of the doorbell is missed, and bytes that are seen are whole. */
public final class ByteRingStress {

    private static final int CAPACITY = 16;

    private ByteRingStress() {}

    private static ByteRing ring() {
        return new ByteRing(ByteBuffer.allocateDirect(ByteRing.sizeOf(CAPACITY)), 0, CAPACITY);
    }

    private static int offer(RingSink sink, byte... bytes) {
        try {
            return sink.offer(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int poll(RingSource source, byte[] bytes) {
        try {
            return source.poll(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whoever falls asleep for bytes sees them or is rung for. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "asleep for ever beside a byte")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "seen before falling asleep")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "asleep, and rung for")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "seen, and rung for all the same")
    @State
    public static class SleepForBytes {
        private final ByteRing ring = ring();
        private final RingSink sink = new RingSink(ring);
        private final RingSource source = new RingSource(ring);

        /** Writes. */
        @Actor
        public void producer(II_Result result) {
            offer(sink, (byte) 1);
            result.r1 = sink.mustRing() ? 1 : 0;
        }

        /** Falls asleep. */
        @Actor
        public void consumer(II_Result result) {
            source.beginWaiting();
            result.r2 = source.hasBytes() ? 1 : 0;
        }
    }

    /** Whoever falls asleep for room sees it or is rung for. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "asleep for ever beside room")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "seen before falling asleep")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "asleep, and rung for")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "seen, and rung for all the same")
    @State
    public static class SleepForRoom {
        private final ByteRing ring = ring();
        private final RingSink sink = new RingSink(ring);
        private final RingSource source = new RingSource(ring);

        /** Fills the ring. */
        public SleepForRoom() {
            offer(sink, new byte[CAPACITY]);
        }

        /** Reads. */
        @Actor
        public void consumer(II_Result result) {
            poll(source, new byte[1]);
            result.r1 = source.mustRing() ? 1 : 0;
        }

        /** Falls asleep. */
        @Actor
        public void producer(II_Result result) {
            sink.beginWaiting();
            result.r2 = sink.hasRoom() ? 1 : 0;
        }
    }

    /**
     * A ring may be meant for an earlier sleep, and take away the mark of this one: whoever hears it marks it again before it
     * sleeps on. Here the first look at the mark and the compare-and-set may be far apart, as the consumer sleeps twice.
     */
    @JCStressTest
    @Outcome(id = "0, .*", expect = Expect.FORBIDDEN, desc = "asleep beside bytes, with no ring on its way")
    @Outcome(id = "1, .*", expect = Expect.ACCEPTABLE, desc = "saw all bytes, or a ring is on its way")
    @State
    public static class SleepTwice {
        private final ByteRing ring = ring();
        private final RingSink sink = new RingSink(ring);
        private final RingSource source = new RingSource(ring);
        private int rings;
        private int heard;
        private boolean asleep;

        /** Writes twice. */
        @Actor
        public void producer() {
            for (int i = 0; i < 2; i++) {
                offer(sink, (byte) 1);
                if (sink.mustRing()) {
                    rings++;
                }
            }
        }

        /** Falls asleep, and again if it found something. */
        @Actor
        public void consumer() {
            byte[] bytes = new byte[CAPACITY];
            for (int i = 0; i < 2; i++) {
                source.beginWaiting();
                asleep = !source.hasBytes();
                if (asleep) {
                    return;
                }
                source.endWaiting();
                heard += poll(source, bytes);
            }
        }

        /** Hears what was rung, as a sleeper does: marks, looks. */
        @Arbiter
        public void arbiter(II_Result result) {
            boolean left = source.hasBytes();
            result.r1 = !asleep || !left || rings > 0 ? 1 : 0;
            result.r2 = heard;
        }
    }

    /** Bytes that were published are those that were written, also in the place of others. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not yet")
    @Outcome(id = "8, 1", expect = Expect.ACCEPTABLE, desc = "whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "torn")
    @State
    public static class Publication {
        private final ByteRing ring = ring();
        private final RingSink sink = new RingSink(ring);
        private final RingSource source = new RingSource(ring);

        /** Begins near the corner, over bytes of the first round. */
        public Publication() {
            offer(sink, new byte[CAPACITY - 3]);
            poll(source, new byte[CAPACITY - 3]);
        }

        /** Writes. */
        @Actor
        public void producer() {
            offer(sink, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5, (byte) 6, (byte) 7, (byte) 8);
        }

        /** Reads. */
        @Actor
        public void consumer(II_Result result) {
            byte[] bytes = new byte[CAPACITY];
            int count = poll(source, bytes);
            boolean whole = count > 0;
            for (int i = 0; i < count; i++) {
                whole &= bytes[i] == i + 1;
            }
            result.r1 = count;
            result.r2 = whole ? 1 : 0;
        }
    }

    /** Room that was given back is written over only after it was read. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "no room yet")
    @Outcome(id = "4, 1", expect = Expect.ACCEPTABLE, desc = "the old bytes were read, then replaced")
    @Outcome(expect = Expect.FORBIDDEN, desc = "new bytes in the place of old ones that were not read yet")
    @State
    public static class Reuse {
        private final ByteRing ring = ring();
        private final RingSink sink = new RingSink(ring);
        private final RingSource source = new RingSource(ring);

        /** Fills the ring. */
        public Reuse() {
            offer(sink, new byte[CAPACITY]);
        }

        /** Writes as soon as there is room. */
        @Actor
        public void producer(II_Result result) {
            result.r1 = offer(sink, (byte) 9, (byte) 9, (byte) 9, (byte) 9);
        }

        /** Reads four bytes. */
        @Actor
        public void consumer(II_Result result) {
            byte[] bytes = new byte[4];
            poll(source, bytes);
            result.r2 = (bytes[0] | bytes[1] | bytes[2] | bytes[3]) == 0 ? 1 : 0;
        }
    }
}

package dev.tandem.benchmarks;

import dev.tandem.TaskFunction;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/** Work that runs faster on one engine or the other, or on both alike. The items are endless, and of one kind. */
@SuppressWarnings("ImmutableEnumChecker") // its functions have no state
enum ChoiceWorkload {
    /** A millisecond of computing, eight bytes there and back. */
    SMALL_PAYLOAD("computing, small payload", index -> index, ChoiceWorkload::compute),

    /** Two milliseconds of reading four megabytes, which threads share and worker JVMs are sent. */
    LARGE_PAYLOAD("computing, 4 MB payload", Large::new, ChoiceWorkload::digest),

    /** A map of ten thousand strings, and as many short-lived parts of them three times. */
    ALLOCATING("allocation-heavy", index -> index, ChoiceWorkload::allocate),

    /** Five milliseconds of waiting. */
    BLOCKING("blocking", index -> index, ChoiceWorkload::block),

    /** Half a millisecond of computing, all of it under a lock that there is once in a JVM. */
    LOCKING("one lock per JVM", index -> index, ChoiceWorkload::lock),

    /** Five milliseconds of waiting, all of it under that lock: what a driver does that lets one thread in at a time. */
    LOCKED_WAITING("waiting under one lock per JVM", index -> index, ChoiceWorkload::blockLocked);

    private static final int STEPS_PER_MILLISECOND = 600_000;

    final String title;
    private final LongFunction<Object> input;
    final TaskFunction<Object, Long> task;

    ChoiceWorkload(String title, LongFunction<Object> input, TaskFunction<Object, Long> task) {
        this.title = title;
        this.input = input;
        this.task = task;
    }

    Object input(long index) {
        return input.apply(index);
    }

    /** A payload, made anew for each item, as if read from somewhere. */
    static final class Large implements Serializable {
        private static final long serialVersionUID = 1;
        private static final int BYTES = 4 << 20;
        private final byte[] bytes = new byte[BYTES];

        Large(long index) {
            bytes[(int) (index % BYTES)] = 1;
        }
    }

    private static Long compute(Object input) {
        return steps((Long) input, STEPS_PER_MILLISECOND);
    }

    private static long steps(long seed, int steps) {
        long x = seed | 1;
        for (int i = 0; i < steps; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return x;
    }

    private static Long digest(Object input) {
        long sum = 1;
        for (byte b : ((Large) input).bytes) {
            sum = 31 * sum + b;
        }
        return sum;
    }

    private static Long allocate(Object input) {
        SplittableRandom random = new SplittableRandom((Long) input);
        Map<Long, String> kept = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            long key = random.nextLong();
            kept.put(key, Long.toString(key) + Long.toString(key, 36) + Long.toBinaryString(key));
        }
        long length = 0;
        for (String value : kept.values()) {
            length += value.length();
        }
        return length;
    }

    private static Long block(Object input) throws InterruptedException {
        Thread.sleep(5);
        return (Long) input;
    }

    private static Long blockLocked(Object input) throws InterruptedException {
        synchronized (ChoiceWorkload.class) {
            return block(input);
        }
    }

    private static Long lock(Object input) {
        synchronized (ChoiceWorkload.class) {
            return steps((Long) input, STEPS_PER_MILLISECOND / 2);
        }
    }
}

package dev.tandem.internal.processes;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** A seeded source of chance: SplitMix64, for it must be fast, and the same on every JDK. Used by one thread. */
final class Chance {

    private long state;

    Chance(long seed) {
        this.state = seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** From 0 to below the bound. */
    int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /** True so many times in a thousand. */
    boolean perMille(int times) {
        return below(1000) < times;
    }

    double fraction() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    long microsBelow(int bound) {
        return TimeUnit.MICROSECONDS.toNanos(below(bound));
    }

    long millisBelow(int bound) {
        return TimeUnit.MILLISECONDS.toNanos(below(bound));
    }

    <T> T of(List<T> all) {
        return all.get(below(all.size()));
    }
}

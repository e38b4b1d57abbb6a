package dev.tandem.internal.processes;

/**
 * Whether the calling thread is far enough from the end of its stack to do what others depend on.
 *
 * <p>A caller's thread does a part of the supervisor's work: it hands out what it submits, and takes in answers while it waits. A program whose recursion
 * overflows may be anywhere in that when the stack ends, and would leave a worker half told, or an answer half taken in, for everybody. So before either begins the stack is
 * tried out: by calls of this class, which leave nothing behind. What follows needs less than they do.
 */
final class StackRoom {

    // so many calls, each with ten numbers: some 100 bytes when compiled, and more before that; more take longer,
    // 5 ns each
    private static final int TO_SUBMIT = 192; // encodes
    private static final int TO_LISTEN = 64;

    private StackRoom() {}

    /**
     * Passes if there is room to submit.
     *
     * @throws StackOverflowError if not
     */
    static void demandToSubmit() {
        demand(TO_SUBMIT);
    }

    /** Whether there is room to take in what a worker says. */
    static boolean isThereToListen() {
        try {
            demand(TO_LISTEN);
            return true;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    private static void demand(int frames) {
        if (tryOut(frames, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) == 0) {
            throw new AssertionError("a sum of positive numbers is 0"); // so that nobody can leave the calls out
        }
    }

    private static long tryOut(
            int frames, long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {
        if (frames == 0) {
            return a;
        }
        return (tryOut(frames - 1, b, c, d, e, f, g, h, i, j, a) & 0xff) + a + b + c + d + e + f + g + h + i + j;
    }
}

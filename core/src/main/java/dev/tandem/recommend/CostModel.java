package dev.tandem.recommend;

import java.time.Duration;

/**
 * What worker JVMs and threads cost on a machine, and the arithmetic that follows from it.
 *
 * <p>Immutable and safe for use by any number of threads. The {@linkplain #defaults() defaults} were measured; give your own
 * figures where you know better.
 *
 * @param crossing sending a small task to a warm worker JVM, and its answer back, one at a time: an upper bound, since with several
 *     in flight most of it overlaps
 * @param bytesPerSecond how fast arguments and results cross on top of that, encoding and decoding included
 * @param workerStart from nothing to the first answer of a worker JVM
 * @param workerBytes memory of an idle worker JVM, beside the heap that its tasks need
 * @param handOver handing a task to a warm thread, and its result back
 * @param threadsStart from nothing to the first answer of a thread
 */
public record CostModel(
        Duration crossing,
        long bytesPerSecond,
        Duration workerStart,
        long workerBytes,
        Duration handOver,
        Duration threadsStart) {

    private static final long MIB = 1L << 20;

    // The figures, each in this one place. Source: docs/BENCHMARKS.md, two cores, Linux, JDK 17 and 25.

    /** Row {@code join}, warm: submit and join of a task that does nothing, one worker over pipes. */
    private static final Duration CROSSING = Duration.ofNanos(57_000);

    /** Row {@code argument}: 100 MB through pipes, with the encoding of what is no array of primitives. */
    private static final long BYTES_PER_SECOND = 1_000_000_000;

    /** Row {@code cold-start}: from nothing to the first result. */
    private static final Duration WORKER_START = Duration.ofMillis(152);

    /** Row {@code idle-memory}: proportional set size of a worker with four alive. */
    private static final long WORKER_BYTES = 32 * MIB;

    /** Row {@code threads-join}: the same as {@code join}, on a thread, a core being idle. */
    private static final Duration HAND_OVER = Duration.ofNanos(750);

    /** {@code ColdStart.threads}. */
    private static final Duration THREADS_START = Duration.ofNanos(440_000);

    /** Less, and a worker is memory and switches for next to nothing; more, and cores stay idle that could do a little. */
    private static final double WORTHWHILE = 0.1;

    private static final CostModel DEFAULTS =
            new CostModel(CROSSING, BYTES_PER_SECOND, WORKER_START, WORKER_BYTES, HAND_OVER, THREADS_START);

    /**
     * Checks each figure.
     *
     * @throws IllegalArgumentException if a time is negative or longer than a century, or a size or rate is not positive
     */
    public CostModel {
        Amounts.time("crossing", crossing);
        Amounts.time("workerStart", workerStart);
        Amounts.time("handOver", handOver);
        Amounts.time("threadsStart", threadsStart);
        Amounts.positive("bytesPerSecond", bytesPerSecond);
        Amounts.positive("workerBytes", workerBytes);
    }

    /** {@return what was measured for the library itself, on two cores} */
    public static CostModel defaults() {
        return DEFAULTS;
    }

    /**
     * Replaces the cost of crossing, by one that was measured.
     *
     * @param other zero or more, up to a century
     * @return a copy with that cost
     * @throws IllegalArgumentException if it is neither
     */
    public CostModel withCrossing(Duration other) {
        return new CostModel(other, bytesPerSecond, workerStart, workerBytes, handOver, threadsStart);
    }

    /** The same, where a task that crosses with so many bytes pays just that. */
    CostModel measured(Crossing paid) {
        double bytes = (double) paid.argumentBytes() + paid.resultBytes();
        double nanos = paid.total().toNanos();
        double withoutBytes = nanos - transferNanos(bytes);
        double rate = withoutBytes >= 0 ? bytesPerSecond : Math.max(1, 1e9 * bytes / Math.max(1, nanos));
        return new CostModel(
                Duration.ofNanos((long) Math.max(0, withoutBytes)),
                (long) rate,
                workerStart,
                workerBytes,
                handOver,
                threadsStart);
    }

    /**
     * What one task pays for crossing: o = crossing + bytes / rate.
     *
     * @param bytes of its argument and its result; zero or more
     * @return nanoseconds
     * @throws IllegalArgumentException if the bytes are negative or no number
     */
    public double crossingNanos(double bytes) {
        return crossing.toNanos() + transferNanos(bytes);
    }

    /**
     * What bytes alone pay for crossing, which no chunk makes cheaper.
     *
     * @param bytes how many; zero or more
     * @return nanoseconds
     * @throws IllegalArgumentException if the bytes are negative or no number
     */
    public double transferNanos(double bytes) {
        Amounts.notNegative("bytes", bytes);
        return bytes * 1e9 / bytesPerSecond;
    }

    /**
     * How much of a worker's time is work: η = t / (t + o), as in every analysis of granularity, such as Culler, Singh and Gupta,
     * <i>Parallel Computer Architecture</i> (1998), chapter 3.
     *
     * @param workNanos t; zero or more
     * @param overheadNanos o; zero or more
     * @return from 0 to 1; 1 where both are 0
     * @throws IllegalArgumentException if one of them is negative or no number
     */
    public static double efficiency(double workNanos, double overheadNanos) {
        Amounts.notNegative("workNanos", workNanos);
        Amounts.notNegative("overheadNanos", overheadNanos);
        return workNanos + overheadNanos == 0 ? 1 : workNanos / (workNanos + overheadNanos);
    }

    /**
     * How many inputs must share a crossing to reach an efficiency: the least k with k·t / (k·(t + b) + c) ≥ η, where c is the
     * crossing and b the transfer of one input.
     *
     * @param workNanos t; zero or more
     * @param transferNanos b; zero or more
     * @param target η, from 0 to below 1
     * @return a positive number; 0 if no k is enough
     * @throws IllegalArgumentException if one of them is anything else
     */
    public long inputsPerCrossing(double workNanos, double transferNanos, double target) {
        Amounts.notNegative("workNanos", workNanos);
        Amounts.notNegative("transferNanos", transferNanos);
        if (!(target >= 0 && target < 1)) {
            throw new IllegalArgumentException("target must be from 0 to below 1: target=" + Amounts.text(target));
        }
        double gain = workNanos - target * (workNanos + transferNanos);
        if (gain <= 0) {
            return 0;
        }
        return Math.max(1, (long) Math.ceil(target * crossing.toNanos() / gain));
    }

    /**
     * How many threads keep the cores busy: N = cores · utilisation · (1 + W/C), by Brian Goetz et al., <i>Java Concurrency in
     * Practice</i> (2006), section 8.2.
     *
     * @param cores how many; positive
     * @param utilisation how much of them, from 0 to 1
     * @param waitRatio W/C; zero or more
     * @return a positive number
     * @throws IllegalArgumentException if one of them is anything else
     */
    public static int threadsThatWait(int cores, double utilisation, double waitRatio) {
        Amounts.positive("cores", cores);
        Amounts.share("utilisation", utilisation);
        Amounts.notNegative("waitRatio", waitRatio);
        return toCount(Math.rint(cores * utilisation * (1 + waitRatio)));
    }

    /**
     * How many are under way on average: L = λ · W, by John D. C. Little, <i>A Proof for the Queuing Formula L = λW</i>, Operations
     * Research 9 (1961).
     *
     * @param arrivalsPerSecond λ; zero or more
     * @param timeNanos W; zero or more
     * @return L
     * @throws IllegalArgumentException if one of them is negative or no number
     */
    public static double underWay(double arrivalsPerSecond, double timeNanos) {
        Amounts.notNegative("arrivalsPerSecond", arrivalsPerSecond);
        Amounts.notNegative("timeNanos", timeNanos);
        return arrivalsPerSecond * timeNanos / 1e9;
    }

    /**
     * How much faster workers can make work of which a part is serial: S = 1 / (s + (1 − s) / N), by Gene Amdahl, <i>Validity of the
     * single processor approach to achieving large scale computing capabilities</i>, AFIPS 30 (1967).
     *
     * @param serialShare s, from 0 to 1
     * @param workers N; positive
     * @return from 1 to N
     * @throws IllegalArgumentException if one of them is anything else
     */
    public static double speedup(double serialShare, int workers) {
        Amounts.share("serialShare", serialShare);
        Amounts.positive("workers", workers);
        return 1 / (serialShare + (1 - serialShare) / workers);
    }

    /**
     * The throughput of N workers relative to one: C = N / (1 + α·(N − 1) + β·N·(N − 1)), by Neil J. Gunther, <i>Guerrilla Capacity
     * Planning</i> (2007), chapter 4: α is contention, what waits its turn, and β coherence, what has to be agreed upon by pairs.
     *
     * @param workers N; positive
     * @param contention α; zero or more
     * @param coherence β; zero or more
     * @return the relative throughput
     * @throws IllegalArgumentException if one of them is anything else
     */
    public static double universalScalability(int workers, double contention, double coherence) {
        Amounts.positive("workers", workers);
        Amounts.notNegative("contention", contention);
        Amounts.notNegative("coherence", coherence);
        return workers / (1 + contention * (workers - 1) + coherence * workers * (workers - 1.0));
    }

    /**
     * How many workers are worth having, by the law of {@link #universalScalability}: the last one that adds a tenth of what the first
     * does. Beyond it throughput hardly grows, and with coherence it falls.
     *
     * @param contention α; zero or more
     * @param coherence β; zero or more
     * @param most no more than these are asked for; positive
     * @return a positive number
     * @throws IllegalArgumentException if one of them is anything else
     */
    public static int workersWorthHaving(double contention, double coherence, int most) {
        Amounts.positive("most", most);
        int least = 1;
        int beyond = most;
        while (least < beyond) { // what one more adds gets ever less, so the way can be halved
            int middle = least + (beyond - least + 1) / 2;
            double gain = universalScalability(middle, contention, coherence)
                    - universalScalability(middle - 1, contention, coherence);
            if (gain >= WORTHWHILE) {
                least = middle;
            } else {
                beyond = middle - 1;
            }
        }
        return least;
    }

    static int toCount(double value) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, value));
    }
}

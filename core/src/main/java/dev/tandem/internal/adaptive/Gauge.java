package dev.tandem.internal.adaptive;

import dev.tandem.Strategy;
import dev.tandem.internal.engine.Counters;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.RunnerContext;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Round}s of what the counters say at some moments. A task pays nothing for it.
 *
 * <p>Only times count in which something always waited: else the workers go as fast as work comes, which says nothing of them. Nor does a
 * time in which {@linkplain OtherWork others} took much of the cores. Used
 * by one thread at a time.
 */
final class Gauge {

    // shorter: the ticks of the system's clock for processor time are 10 ms; longer: later
    private static final long LEAST_NANOS = 100_000_000;
    private static final int LEAST_ITEMS_PER_WORKER = 4; // fewer: items that end just before or after make a difference
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final RunnerContext context;
    private final OtherWork others;
    private @Nullable Start start;

    private record Start(Engine engine, int chunkSize, long done, long nanos, long cpuNanos, long gcNanos) {}

    /**
     * Begins.
     *
     * @param workersNanos processor time of worker JVMs, for differences; -1 if unknown
     */
    Gauge(RunnerContext context, LongSupplier workersNanos) {
        this.context = context;
        this.others = new OtherWork(
                OtherWork::allNanos, () -> sum(ownCpuNanos(), workersNanos.getAsLong()), OtherWork.allCores());
    }

    /** Looks; returns a round if one is complete. */
    @Nullable
    Round look(Engine engine, int chunkSize) {
        engine.lookAtWorkers(); // what has begun does not wait
        Counters.Snapshot now = context.counters().snapshot();
        long done = now.succeeded() + now.failed();
        long waiting = now.submitted() - done - now.cancelled() - now.running();
        if (waiting <= 0) {
            start = null;
            others.forget();
            return null;
        }
        boolean othersAreInTheWay = others.isInTheWay(context.nanoTime());
        Start began = start;
        if (began == null || began.engine() != engine || began.chunkSize() != chunkSize) {
            start = begin(engine, chunkSize, done);
            return null;
        }
        long items = done - began.done();
        if (context.nanoTime() - began.nanos() < LEAST_NANOS
                || items < 1L * LEAST_ITEMS_PER_WORKER * engine.workers()) {
            return null;
        }
        Start next = begin(engine, chunkSize, done);
        start = next;
        if (othersAreInTheWay) {
            return null;
        }
        return new Round(
                engine.strategy(),
                engine.workers(),
                CORES,
                chunkSize,
                items,
                waiting,
                Math.max(1, next.nanos() - began.nanos()),
                difference(began.cpuNanos(), next.cpuNanos()),
                difference(began.gcNanos(), next.gcNanos()));
    }

    private Start begin(Engine engine, int chunkSize, long done) {
        long cpu = engine.strategy() == Strategy.PROCESSES ? engine.cpuNanos() : ownCpuNanos();
        return new Start(engine, chunkSize, done, context.nanoTime(), cpu, Garbage.nanos());
    }

    private static long ownCpuNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(-1L);
    }

    private static long sum(long one, long other) {
        return one < 0 || other < 0 ? -1 : one + other;
    }

    /** A worker that ended has taken its time with it. */
    private static long difference(long before, long after) {
        return before < 0 || after < before ? -1 : after - before;
    }
}

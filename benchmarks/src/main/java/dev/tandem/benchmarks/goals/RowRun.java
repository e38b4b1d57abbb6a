package dev.tandem.benchmarks.goals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;

/**
 * Opens the contenders of one row, warms them up and measures them in turn until there are enough quiet repetitions.
 *
 * <p>Used by one thread, once.
 */
final class RowRun implements AutoCloseable {

    /** Of these times the wanted repetitions, the quietest are taken when others never leave the machine alone. */
    private static final int MOST_TRIES = 3;

    /** Two stretches of a warm contender differ by no more than this. */
    private static final double STEADY = 0.1;

    private static final long PAUSE_AFTER_NOISE_NANOS = 500_000_000;

    private final Row row;
    private final Effort effort;
    private final Map<String, Contender> contenders = new LinkedHashMap<>();
    private final List<String> absent = new ArrayList<>();

    private RowRun(Row row, Effort effort) {
        this.row = row;
        this.effort = effort;
    }

    static RowReport of(Row row, Effort effort) throws Exception {
        try (var run = new RowRun(row, effort)) {
            run.open();
            run.warmUp();
            return run.measure();
        }
    }

    private void open() throws Exception {
        for (Map.Entry<String, Row.Entry> entry : row.entries.entrySet()) {
            try {
                contenders.put(entry.getKey(), entry.getValue().open(effort));
            } catch (AbsentException e) {
                absent.add(entry.getKey() + ": " + e.getMessage());
            }
        }
    }

    private void warmUp() throws Exception {
        for (Contender contender : contenders.values()) {
            warmUp(contender);
        }
    }

    /** A path through two JVMs is compiled late: after the least time whatever still changes goes on, up to the longest. */
    private void warmUp(Contender contender) throws Exception {
        long start = System.nanoTime();
        double last = Double.NaN;
        boolean steady = false;
        for (long spent = 0; spent < effort.warmUpNanos || !steady && spent < effort.longestWarmUpNanos; ) {
            double median = medianOfStretch(contender);
            steady = Math.abs(median - last) <= STEADY * last;
            last = median;
            spent = System.nanoTime() - start;
        }
    }

    /** {@return the median of what fits into the least time of warming up} */
    private double medianOfStretch(Contender contender) throws Exception {
        DoubleStream.Builder figures = DoubleStream.builder();
        long start = System.nanoTime();
        do {
            figures.add(contender.measure(effort).value());
        } while (System.nanoTime() - start < effort.warmUpNanos);
        return Spread.of(figures.build()).median();
    }

    private RowReport measure() throws Exception {
        long start = System.nanoTime();
        List<Repetition> quiet = new ArrayList<>();
        List<Repetition> noisy = new ArrayList<>();
        while (quiet.size() < effort.repetitions && quiet.size() + noisy.size() < effort.repetitions * MOST_TRIES) {
            Repetition repetition = repeat((quiet.size() + noisy.size()) % 2 == 1);
            if (repetition.isNoisy() && effort != Effort.ONCE) {
                noisy.add(repetition);
                LockSupport.parkNanos(PAUSE_AFTER_NOISE_NANOS);
            } else {
                quiet.add(repetition);
            }
        }
        int missing = effort.repetitions - quiet.size();
        noisy.sort(Comparator.comparingDouble(Repetition::foreignCores));
        quiet.addAll(noisy.subList(0, missing));
        double seconds = (System.nanoTime() - start) / 1e9;
        return RowReport.of(row, quiet, noisy.size(), missing, absent, seconds);
    }

    /** Back and forth, so that a machine that gets slower or faster favours nobody. */
    private Repetition repeat(boolean backwards) throws Exception {
        List<String> order = new ArrayList<>(contenders.keySet());
        if (backwards) {
            Collections.reverse(order);
        }
        Map<String, Figure> figures = new LinkedHashMap<>();
        ForeignLoad before = ForeignLoad.sample();
        for (String name : order) {
            Contender contender = contenders.get(name);
            if (contender != null) {
                figures.put(name, contender.measure(effort));
            }
        }
        return new Repetition(figures, ForeignLoad.sample().coresSince(before));
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (Contender contender : contenders.values()) {
            try {
                contender.close();
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}

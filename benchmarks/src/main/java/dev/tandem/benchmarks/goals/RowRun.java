package dev.tandem.benchmarks.goals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens the contenders of one row, warms them up and measures them in turn until there are enough quiet repetitions.
 *
 * <p>Used by one thread, once.
 */
final class RowRun implements AutoCloseable {

    /** Of these times the wanted repetitions, the quietest are taken when others never leave the machine alone. */
    private static final int MOST_TRIES = 3;

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
            long end = System.nanoTime() + effort.warmUpNanos;
            while (System.nanoTime() - end < 0) {
                contender.measure(effort);
            }
        }
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

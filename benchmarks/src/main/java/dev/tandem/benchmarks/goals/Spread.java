package dev.tandem.benchmarks.goals;

import java.io.Serializable;
import java.util.stream.DoubleStream;

/** Least, middle and greatest of some numbers, not numbers if there are none; immutable. */
record Spread(double min, double median, double max) implements Serializable {

    static Spread of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    boolean isEmpty() {
        return Double.isNaN(median);
    }
}

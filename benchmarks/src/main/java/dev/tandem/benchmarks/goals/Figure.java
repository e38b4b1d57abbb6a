package dev.tandem.benchmarks.goals;

import java.io.Serializable;

/**
 * What one measurement gave, in the unit of its row; immutable.
 *
 * @param p99 of the calls that were timed one by one; not a number where they were not
 */
record Figure(double value, double p99) implements Serializable {

    static Figure of(double value) {
        return new Figure(value, Double.NaN);
    }
}

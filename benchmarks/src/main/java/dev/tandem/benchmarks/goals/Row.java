package dev.tandem.benchmarks.goals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One line of the goals: some work, the contenders that do it, and what they are to reach; built by one thread. */
final class Row {

    final String name;
    final String work;
    final String unit;

    final Map<String, Entry> entries = new LinkedHashMap<>();
    final List<Goal> goals = new ArrayList<>();

    private int fillers;

    private Row(String name, String work, String unit) {
        this.name = name;
        this.work = work;
        this.unit = unit;
    }

    /** Opens a contender. */
    interface Entry {

        /** {@return the contender, cold} */
        Contender open(Effort effort) throws Exception;
    }

    /** Opens what a contender works with. */
    interface Opener<T extends AutoCloseable> {

        T open(Effort effort) throws Exception;
    }

    /** Work with something that is open. */
    interface Work<T extends AutoCloseable> {

        Figure on(T subject, Effort effort) throws Exception;
    }

    /** A subject and what is done with it. */
    private record Using<T extends AutoCloseable>(T subject, Work<T> work) implements Contender {

        @Override
        public Figure measure(Effort effort) throws Exception {
            return work.on(subject, effort);
        }

        @Override
        public void close() {
            try {
                subject.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close " + subject, e);
            }
        }
    }

    /** What opens all that it needs by itself, each time. */
    private record Alone(Timing.Measurement measurement) implements Contender {

        @Override
        public Figure measure(Effort effort) throws Exception {
            return measurement.measure(effort);
        }

        @Override
        public void close() {
            // nothing is left open
        }
    }

    static Row of(String name, String work, String unit) {
        return new Row(name, work, unit);
    }

    /** Puts so many jars that nobody needs in front of the class path. */
    Row behind(int jars) {
        fillers = jars;
        return this;
    }

    int fillers() {
        return fillers;
    }

    /** Adds a contender. */
    <T extends AutoCloseable> Row with(String contender, Opener<T> opener, Work<T> work) {
        entries.put(contender, effort -> new Using<>(opener.open(effort), work));
        return this;
    }

    /** Adds a contender that needs nothing open. */
    Row with(String contender, Timing.Measurement measurement) {
        entries.put(contender, effort -> new Alone(measurement));
        return this;
    }

    /** Adds a goal. */
    Row to(Goal goal) {
        goals.add(goal);
        return this;
    }

    @Override
    public String toString() {
        return name;
    }
}

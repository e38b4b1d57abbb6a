package dev.tandem.benchmarks.goals;

import java.io.Serializable;
import java.util.Map;

/**
 * All contenders of a row, measured one right after the other; immutable.
 *
 * @param foreignCores how many cores others kept busy meanwhile; not a number where nothing tells
 */
record Repetition(Map<String, Figure> figures, double foreignCores) implements Serializable {

    /**
     * With more than this the repetition is repeated. Lower, and the kernel's own housekeeping rejects good ones; higher, and a
     * neighbour can push the two sides of a round trip onto one core, which changes it by several times.
     */
    private static final double NOISE = 0.15;

    boolean isNoisy() {
        return foreignCores > NOISE;
    }
}

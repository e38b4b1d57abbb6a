package dev.tandem.recommend;

/**
 * How much a recommendation can be relied upon.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public enum Confidence {
    /** Facts contradict each other, a guarantee is lost, or nothing was declared that decides: measure before you rely on it. */
    LOW,
    /** A rule of thumb decided, without numbers for this work. */
    MEDIUM,
    /** A gate decided, or a rule that the numbers agree with, or a measurement. */
    HIGH
}

package dev.tandem.benchmarks.goals;

/** Says that this machine or this Java does not have a contender. */
final class AbsentException extends Exception {

    private static final long serialVersionUID = 1;

    AbsentException(String reason) {
        super(reason);
    }
}

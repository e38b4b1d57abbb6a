package dev.tandem;

import java.util.List;
import java.util.Objects;

/**
 * What {@link ProcessOptions#doctor()} found: a report for people, and what is wrong for programs that only go on if nothing is, such as
 * the health check of a deployment.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param report all that was found, in short lines; it holds paths and flags, but no values of system properties or environment variables that
 *     may be secret
 * @param problems what would fail, each with what to do about it; empty if all is well
 */
public record Diagnosis(String report, List<String> problems) {

    /** Checks for null and copies the list. */
    public Diagnosis {
        Objects.requireNonNull(report, "report");
        problems = List.copyOf(problems);
    }

    /** {@return whether nothing was found that would fail} */
    public boolean isHealthy() {
        return problems.isEmpty();
    }

    /** {@return the report} */
    @Override
    public String toString() {
        return report;
    }
}

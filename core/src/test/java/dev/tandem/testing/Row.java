package dev.tandem.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The rows of the fault matrix and of the list of behaviours that a test proves: {@code W1} and its like for faults, {@code
 * B42} for behaviours, {@code M-c-crash} for a cell of the failure matrix (phase and failure).
 *
 * <p>{@code RowsTest} reads these from the sources and demands that each row has a test, or a line in docs/LIMITS.md that says
 * why not.
 */
@Target({ElementType.METHOD, ElementType.FIELD, ElementType.TYPE})
@Retention(RetentionPolicy.SOURCE)
public @interface Row {

    /** The names of the rows. */
    String[] value();
}

package dev.tandem.benchmarks;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the benchmark that a benchmark is to be read against, in the same run.
 *
 * <p>{@link RatioTable} divides the two medians. Where both have a parameter, only rows with the same value are
 * compared.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface ComparedWith {

    /** {@return class and method, such as {@code ColdStart.bareJava}} */
    String value();
}

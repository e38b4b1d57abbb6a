package dev.tandem.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a class whose {@link EveryRunner} tests are also run over shared memory. What differs there is beneath the frames, so a few classes
 * that start, stop, fill and kill workers stand for all, and save the time of the others.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OverSharedMemoryToo {}

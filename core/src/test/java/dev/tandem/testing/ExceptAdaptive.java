package dev.tandem.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a class whose {@link EveryRunner} tests take long and are not run on an adaptive runner: what they are about is done by the engine on
 * threads that it is made of, on which they run.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ExceptAdaptive {}

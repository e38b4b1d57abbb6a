package dev.tandem.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that must hold on every runner: inline, threads, virtual threads where the JVM has them, and worker JVMs over each
 * transport (over shared memory, if the class {@linkplain OverSharedMemoryToo says so}). It takes {@link Runners}, and opens its runners there.
 *
 * <p>After each test nothing may be left: no process, thread, descriptor or file, see {@link NothingLeft}; and a test that
 * takes too long fails with the stacks of this JVM and its workers, see {@link HardLimit}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith({HardLimit.class, NothingLeft.class, RunnerInvocations.class})
public @interface EveryRunner {

    /** What a runner must have for the test to make sense on it. */
    Need[] needs() default {};

    /** False if the subject is not the transport, so that worker JVMs over pipes stand for all: a fresh JVM costs time. */
    boolean eachTransport() default true;
}

package dev.tandem.internal.adaptive;

import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.RunnerContext;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an adaptive engine is made of.
 *
 * @param threads opens the engine on threads; null if a gate forbids it
 * @param processes opens the engine on worker JVMs; null if a gate forbids it
 * @param course decides which of them has its turn
 * @param tickNanos how often it is looked at while there is work
 * @param chronicle hears of what was decided
 */
record Plan(
        @Nullable Function<RunnerContext, Engine> threads,
        @Nullable Function<RunnerContext, Engine> processes,
        Course course,
        long tickNanos,
        Chronicle chronicle) {}

package dev.tandem.internal.adaptive;

import dev.tandem.Adaptation;
import dev.tandem.Strategy;
import org.jspecify.annotations.Nullable;

/**
 * Decides where to go on. It runs nothing and has no clock: it hears what was seen, and proposes. Guarded by whoever asks it.
 */
interface Course {

    /** Where work goes now. */
    Strategy current();

    /** How many inputs of one call go together now. */
    int chunkSize();

    /** Whether it is likely to stay where it is. */
    boolean isSettled();

    /** Whether it may come to that engine. */
    boolean mayBeOn(Strategy strategy);

    /**
     * What follows from what was seen; null if nothing does. Nothing changes before it is {@linkplain #adopt adopted}. Asked again and again
     * while there is work, and once when there is none any more.
     *
     * @param round what was seen; null if it is too early for another round
     * @param isIdle whether all work has ended, for now
     */
    @Nullable
    Adaptation propose(@Nullable Round round, boolean isIdle);

    /** Makes a proposal the course; false if it is too late for it. */
    boolean adopt(Adaptation proposed);

    /** One engine cannot be used any more, for a reason that will stay; what follows, as in {@link #propose}. */
    @Nullable
    Adaptation ruleOut(Strategy strategy, String rule, String numbers, String consequence);
}

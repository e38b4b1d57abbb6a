package dev.tandem.ipc;

import java.io.ObjectInputFilter;
import org.jspecify.annotations.Nullable;

/**
 * How much a message may claim, and what the user's pattern says about it.
 *
 * <p>Each limit follows from the length of the message, so none needs tuning: honest values stay far below (over 44 shapes
 * of graphs array lengths summed up to 1.00 elements per byte, references to 0.34). A limit that the user's pattern sets
 * itself ({@code maxdepth}, {@code maxrefs}, {@code maxarray}) is left to the pattern.
 *
 * @param pattern the user's pattern, for messages
 * @param filter what the pattern means
 * @param boundsDepth whether depth is bounded here
 * @param boundsReferences whether references are bounded here
 * @param boundsArrays whether arrays are bounded here
 */
record DecodeLimits(
        @Nullable String pattern,
        @Nullable ObjectInputFilter filter,
        boolean boundsDepth,
        boolean boundsReferences,
        boolean boundsArrays) {

    /**
     * Deeper comes too near to the end of a stack of 1 MiB (433 nested maps overflow it on Java 25), flatter would refuse
     * honest trees. A stack of 512 KiB holds about 180 nested maps.
     */
    static final long MAX_DEPTH = 256;

    /** A small message may claim this much: default capacities of collections are larger than what they hold. */
    static final long FREE_ARRAY_ELEMENTS = 65_536;

    static final long ARRAY_ELEMENTS_PER_BYTE = 4;

    static DecodeLimits of(@Nullable String pattern) {
        if (pattern == null) {
            return new DecodeLimits(null, null, true, true, true);
        }
        return new DecodeLimits(
                pattern,
                ObjectInputFilter.Config.createFilter(pattern),
                !sets(pattern, "maxdepth="),
                !sets(pattern, "maxrefs="),
                !sets(pattern, "maxarray="));
    }

    static long arrayElements(long messageBytes) {
        return FREE_ARRAY_ELEMENTS + ARRAY_ELEMENTS_PER_BYTE * messageBytes;
    }

    private static boolean sets(String pattern, String limit) {
        return pattern.startsWith(limit) || pattern.contains(";" + limit);
    }
}

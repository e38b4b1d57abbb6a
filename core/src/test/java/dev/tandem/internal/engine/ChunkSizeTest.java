package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

final class ChunkSizeTest {

    @Property(tries = 500)
    void atMostDoublesAndNeverGroupsMoreThanTheTargetTimeOrAShare(
            @ForAll @Size(max = 40) List<@LongRange(min = 0, max = 10_000_000_000L) Long> costsNanos,
            @ForAll @IntRange(min = 1, max = 100_000) int waiting,
            @ForAll @IntRange(min = 1, max = 64) int workers) {
        ChunkSize size = new ChunkSize(OptionalInt.empty());
        assertThat(size.next(waiting, workers)).as("nothing is known yet").isEqualTo(1);
        int largest = 1;
        boolean measured = false;
        for (long cost : costsNanos) {
            int next = size.next(waiting, workers);
            assertThat(next).isBetween(1, Math.min(Segment.MAX_INPUTS, measured ? 2 * largest : 1));
            assertThat(next).isLessThanOrEqualTo((waiting + workers - 1) / workers);
            size.measured(next, next * cost);
            largest = Math.max(largest, next);
            measured = true;
            if (cost >= 2 * ChunkSize.TARGET_NANOS) {
                assertThat(size.next(waiting, workers)).as("after a long one").isEqualTo(1);
            }
        }
    }

    @Property(tries = 200)
    void settlesWhereAChunkTakesTheTargetTime(@ForAll @LongRange(min = 100, max = 1_000_000_000L) long costNanos) {
        ChunkSize size = new ChunkSize(OptionalInt.empty());
        for (int i = 0; i < 40; i++) {
            int next = size.next(1_000_000, 2);
            size.measured(next, next * costNanos);
        }
        long expected = Math.max(1, ChunkSize.TARGET_NANOS / costNanos);
        assertThat((long) size.next(1_000_000, 2)).isEqualTo(expected);
    }

    @Property(tries = 200)
    void countsWhatWaitsElsewhereForTheShare(
            @ForAll @IntRange(min = 1, max = 100_000) int waiting,
            @ForAll @IntRange(min = 0, max = 1_000_000) int elsewhere,
            @ForAll @IntRange(min = 1, max = 64) int workers) {
        ChunkSize size = new ChunkSize(OptionalInt.empty());
        size.measured(20_000, 20_000);
        int share = (int) (((long) waiting + elsewhere + workers - 1) / workers);
        assertThat(size.next(waiting, (long) waiting + elsewhere, workers))
                .isEqualTo(Math.min(Math.min(waiting, share), Segment.MAX_INPUTS));
    }

    @Property(tries = 100)
    void takesWhatTheUserHasChosen(
            @ForAll @IntRange(min = 1) int chosen,
            @ForAll @IntRange(min = 1, max = 100_000) int waiting,
            @ForAll @IntRange(min = 1, max = 64) int workers) {
        ChunkSize size = new ChunkSize(OptionalInt.of(chosen));
        size.measured(1, 10_000_000_000L);
        assertThat(size.next(waiting, workers)).isEqualTo(Math.min(Math.min(waiting, chosen), Segment.MAX_INPUTS));
    }
}

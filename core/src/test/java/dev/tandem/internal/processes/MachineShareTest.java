package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.ProcessOptions;
import org.junit.jupiter.api.Test;

final class MachineShareTest {

    private static final double NOTHING = 0.000_001;

    private static MachineShare share(ProcessOptions options, int present) {
        return new MachineShare(options, options::workers, () -> present);
    }

    /** Other tests of this JVM may have runners: what is compared is what one more changes. */
    private static double parts(MachineShare share) {
        return 60 / share.heapPercent();
    }

    @Test
    void countsSparesForMemory() {
        double without = parts(share(ProcessOptions.defaults().workers(3), 0));
        double with = parts(share(ProcessOptions.defaults().workers(3).spareWorkers(2), 0));
        assertThat(with - without).isEqualTo(2, within(NOTHING));
    }

    @Test
    void leavesRoomForTheWorkersOfOtherRunnersWhileTheyAreOpen() {
        MachineShare mine = share(ProcessOptions.defaults().workers(3), 1);
        double alone = parts(mine);
        MachineShare other = share(ProcessOptions.defaults().workers(9), 4);
        other.take();
        try {
            mine.take();
            assertThat(parts(mine) - alone)
                    .as("what it has, not what it may have")
                    .isEqualTo(4, within(NOTHING));
            assertThat(parts(other)).isGreaterThanOrEqualTo(9 + 1 - NOTHING);
            int cores = Runtime.getRuntime().availableProcessors();
            assertThat(mine.cores()).isBetween(1, Math.max(1, cores / 7));
        } finally {
            other.giveBack();
            mine.giveBack();
        }
        assertThat(parts(mine)).isEqualTo(alone, within(NOTHING));
    }

    @Test
    void takesNothingFromOthersWithAHeapOfItsOwn() {
        MachineShare mine = share(ProcessOptions.defaults().workers(3), 0);
        double alone = parts(mine);
        MachineShare capped = share(ProcessOptions.defaults().workers(9).maxHeap("1g"), 9);
        capped.take();
        try {
            assertThat(parts(mine)).isEqualTo(alone, within(NOTHING));
        } finally {
            capped.giveBack();
        }
    }
}

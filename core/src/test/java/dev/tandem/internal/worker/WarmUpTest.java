package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmUpTest {

    /** A warm-up that fails is not noticed by anybody, and warms nothing. */
    @Test
    void takesTheWayOfATask() throws Exception {
        assertThat(WarmUp.thereAndBack()).isEqualTo(true);
    }

    @Test
    void rehearsesATaskToItsEnd() throws Exception {
        assertThat(new Rehearsal().play()).isNull();
    }
}

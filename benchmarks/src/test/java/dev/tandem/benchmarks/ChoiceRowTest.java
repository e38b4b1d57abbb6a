package dev.tandem.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What it measures here means nothing. */
@Timeout(60)
class ChoiceRowTest {

    @Test
    void measuresAWorkloadInAJvmOfItsOwn() throws Exception {
        Duration least = Duration.ofMillis(20);

        String row = new ChoiceRow(ChoiceWorkload.BLOCKING, 1, least, least).inItsJvm();

        assertThat(row).startsWith("| blocking | ").contains(" of 1 | 1 | Measured "); // too short to conclude
    }
}

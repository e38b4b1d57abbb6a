package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.LogLines;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordEventsPropertyTest {

    @Test
    void takesWhatTheMessagesAskFor() {
        try (LogLines log = new LogLines()) {
            assertThat(RecordEventsProperty.events("100000")).isEqualTo(100_000);
            assertThat(RecordEventsProperty.events("100_000")).isEqualTo(100_000);
            assertThat(RecordEventsProperty.events("007")).isEqualTo(7);
            assertThat(RecordEventsProperty.events("0")).isZero();
            assertThat(RecordEventsProperty.events(null)).isZero();
            assertThat(log.with("tandem.recordEvents")).isEmpty();
        }
    }

    @Test
    void saysOnceWhatItDoesNotTake() {
        try (LogLines log = new LogLines()) {
            for (String value : List.of("lots", "-5", "", "_7", "99999999999", "9".repeat(40), "10_000_001")) {
                int most = value.length() > 6 ? Checks.MOST_EVENTS : 0;
                assertThat(RecordEventsProperty.events(value)).isEqualTo(most);
                assertThat(RecordEventsProperty.events(value)).isEqualTo(most);
                assertThat(log.with("WARN", "-Dtandem.recordEvents=" + value + " is not a number from 0 to 10,000,000"))
                        .hasSize(1);
            }
        }
    }
}

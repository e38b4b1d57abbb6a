package dev.tandem.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.task.PortableThrowable;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogEventTest {

    @Test
    void isBoundedWhateverWasLogged() {
        String endless = "x".repeat(200_000);
        Map<String, String> context = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            context.put(i + endless, endless);
        }
        context.put("missing", null);
        LogEvent event = new LogEvent(
                endless,
                0,
                endless,
                null,
                endless,
                1,
                context,
                Collections.nCopies(1_000, endless),
                Collections.nCopies(1_000, new LogEvent.Pair(endless, endless)));

        assertThat(event.message()).startsWith("xxx").endsWith("x... (134464 more characters)");
        assertThat(event.logger()).hasSizeLessThan(1_100);
        assertThat(event.context()).hasSize(LogEvent.MAX_ENTRIES).doesNotContainKey("missing");
        assertThat(event.markers()).hasSize(LogEvent.MAX_ENTRIES);
        assertThat(event.pairs()).hasSize(LogEvent.MAX_ENTRIES);
        assertThat(event.weight()).isLessThan(6_000_000);
        assertThat(new LogEvent(
                        event.logger(),
                        0,
                        event.message(),
                        null,
                        event.thread(),
                        1,
                        event.context(),
                        event.markers(),
                        event.pairs()))
                .as("what was cut is not cut again")
                .isEqualTo(event);
    }

    @Test
    void keepsWhatMattersWhenItIsShortened() {
        PortableThrowable thrown = PortableThrowable.of(new IllegalStateException("x".repeat(1_000)));
        LogEvent event = new LogEvent(
                "logger", 3, "m".repeat(1_000), thrown, "thread", 1, Map.of("a", "b"), List.of("m"), List.of());

        LogEvent less = event.shortened();

        assertThat(less.logger()).isEqualTo("logger");
        assertThat(less.message()).endsWith("m... (800 more characters)");
        assertThat(less.throwable().className()).isEqualTo("java.lang.IllegalStateException");
        assertThat(less.weight()).isLessThan(1_000).isLessThan(event.weight());
    }
}

package dev.tandem;

import static dev.tandem.OptionRules.refuses;
import static dev.tandem.OptionRules.refusesNull;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class TaskOptionsTest {

    private final TaskOptions defaults = TaskOptions.defaults();

    @Test
    void limitsNothingByDefault() {
        assertThat(defaults.timeout()).isEmpty();
        assertThat(defaults.queueTimeout()).isEmpty();
        assertThat(defaults.retry()).isEqualTo(RetryPolicy.none());
        assertThat(defaults.priority()).isZero();
        assertThat(defaults.chunkSize()).isEmpty();
        assertThat(defaults.window()).isEmpty();
        assertThat(defaults.isUnordered()).isFalse();
        assertThat(defaults.name()).isEmpty();
        assertThat(defaults).hasToString("TaskOptions[]");
    }

    @Test
    void keepsWhatIsSet() {
        RetryPolicy retries = RetryPolicy.retries(2);
        TaskOptions options = defaults.timeout(ofSeconds(5))
                .queueTimeout(ofSeconds(60))
                .retry(retries)
                .priority(-3)
                .chunkSize(10)
                .window(100)
                .unordered()
                .named("parse");

        assertThat(options.timeout()).contains(ofSeconds(5));
        assertThat(options.queueTimeout()).contains(ofSeconds(60));
        assertThat(options.retry()).isEqualTo(retries);
        assertThat(options.priority()).isEqualTo(-3);
        assertThat(options.chunkSize()).hasValue(10);
        assertThat(options.window()).hasValue(100);
        assertThat(options.isUnordered()).isTrue();
        assertThat(options.name()).contains("parse");
        assertThat(options)
                .hasToString("TaskOptions[timeout=PT5S, queueTimeout=PT1M, retry=RetryPolicy[retries=2], priority=-3,"
                        + " chunkSize=10, window=100, unordered=true, named=parse]");
    }

    @Test
    void leavesTheOriginalAsItIs() {
        TaskOptions changed = defaults.priority(1);

        assertThat(defaults.priority()).isZero();
        assertThat(changed).isNotEqualTo(defaults);
    }

    @Test
    void isEqualToWhatSaysTheSame() {
        TaskOptions one = defaults.priority(1).timeout(ofMillis(1_000));
        TaskOptions other = defaults.timeout(ofSeconds(1)).priority(1);

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).isNotEqualTo(defaults);
        assertThat(defaults.priority(1).priority(0)).isEqualTo(defaults).hasToString("TaskOptions[]");
    }

    @Test
    void refusesTimesThatAreNotPositiveOrEndless() {
        refuses(() -> defaults.timeout(Duration.ZERO), "timeout must be positive: timeout=PT0S");
        refuses(() -> defaults.timeout(ofMillis(-1)), "timeout must not be negative: timeout=PT-0.001S");
        refuses(
                () -> defaults.timeout(ofDays(36_501)),
                "timeout must be at most 36500 days (leave it out for no limit): timeout=PT876024H");
        refuses(() -> defaults.queueTimeout(Duration.ZERO), "queueTimeout must be positive: queueTimeout=PT0S");
        assertThat(defaults.timeout(ofDays(36_500)).timeout().orElseThrow().toNanos())
                .isPositive();
    }

    @Test
    void refusesSizesThatAreNotPositive() {
        refuses(() -> defaults.chunkSize(0), "chunkSize must be positive: chunkSize=0");
        refuses(() -> defaults.window(-1), "window must be positive: window=-1");
    }

    @Test
    void refusesAChunkBeyondTheWindowInEitherOrder() {
        String message =
                "chunkSize must not exceed window: chunkSize=5, window=4; raise the window or lower the chunkSize";

        refuses(() -> defaults.chunkSize(5).window(4), message);
        refuses(() -> defaults.window(4).chunkSize(5), message);
        assertThat(defaults.window(5).chunkSize(5).chunkSize()).hasValue(5);
    }

    @Test
    void refusesNamesThatSpoilLogs() {
        refuses(() -> defaults.named(" "), "named must not be blank: named=\" \"");
        refuses(() -> defaults.named("a\nb"), "named must not contain control characters");
        for (String misleading : List.of("\u2028", "\u2029", "\u202e", "\u2066")) {
            refuses(
                    () -> defaults.named("a" + misleading + "b"),
                    "named must not contain line separators, or marks that turn the direction of text: named=... U+"
                            + Integer.toHexString(misleading.charAt(0)).toUpperCase(Locale.ROOT) + " ...");
        }
        assertThat(defaults.named("\u05d0 \ud83d\udc69\u200d\ud83d\udcbb").name())
                .isPresent();
        refuses(() -> defaults.named("x".repeat(201)), "named must have at most 200 characters: named=201 characters");
    }

    @Test
    void namesTheOptionThatIsNull() {
        refusesNull(() -> defaults.timeout(null), "timeout");
        refusesNull(() -> defaults.queueTimeout(null), "queueTimeout");
        refusesNull(() -> defaults.retry(null), "retry");
        refusesNull(() -> defaults.named(null), "named");
    }
}

package dev.tandem;

import static dev.tandem.OptionRules.refuses;
import static dev.tandem.OptionRules.refusesNull;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {

    private static final TaskRef TASK = new TaskRef(7, null, 1, "worker 1");

    @Test
    void triesNothingAgainUnlessAsked() {
        assertThat(RetryPolicy.none().maxRetries()).isZero();
        assertThat(RetryPolicy.none()).isEqualTo(RetryPolicy.retries(0)).hasToString("RetryPolicy[retries=0]");
    }

    @Test
    void triesAgainAtOnceWithoutBackoff() {
        RetryPolicy policy = RetryPolicy.retries(3);

        assertThat(policy.maxRetries()).isEqualTo(3);
        assertThat(policy.delayBefore(1)).isZero();
        assertThat(policy.delayBefore(1_000)).isZero();
    }

    @Test
    void doublesTheDelayUpToTheLongest() {
        RetryPolicy policy = RetryPolicy.retries(9).backoff(ofMillis(100), ofSeconds(1));

        assertThat(List.of(1, 2, 3, 4, 5, 6, 62, 63, 64, Integer.MAX_VALUE))
                .extracting(policy::delayBefore)
                .containsExactly(
                        ofMillis(100),
                        ofMillis(200),
                        ofMillis(400),
                        ofMillis(800),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1),
                        ofSeconds(1));
    }

    @Property
    void neverWaitsLessThanBeforeNorLongerThanTheLongest(
            @ForAll @LongRange(min = 0, max = 3_000_000_000_000_000_000L) long firstNanos,
            @ForAll @LongRange(min = 0, max = 3_000_000_000_000_000_000L) long moreNanos,
            @ForAll @IntRange(min = 1, max = 200) int retry) {
        Duration first = ofNanos(firstNanos);
        Duration max = min(first.plusNanos(moreNanos), ofDays(36_500));
        RetryPolicy policy = RetryPolicy.retries(1).backoff(min(first, max), max);

        Duration delay = policy.delayBefore(retry);

        assertThat(delay).isBetween(min(first, max), max);
        assertThat(policy.delayBefore(retry + 1)).isGreaterThanOrEqualTo(delay);
    }

    @Test
    void retriesLostWorkersAndTimeoutsOnlyByDefault() {
        RetryPolicy policy = RetryPolicy.retries(1);

        assertThat(policy.appliesTo(new WorkerLostException(TASK, WorkerLossTest.KILLED, true)))
                .isTrue();
        assertThat(policy.appliesTo(new TaskTimeoutException(TASK, ofSeconds(1), false, Optional::empty)))
                .isTrue();
        assertThat(policy.appliesTo(new TaskFailedException(TASK, new IOException())))
                .isFalse();
        assertThat(policy.appliesTo(new PoisonTaskException(TASK, List.of(WorkerLossTest.KILLED))))
                .isFalse();
    }

    @Test
    void retriesWhatTheConditionSays() {
        RetryPolicy policy = RetryPolicy.retries(1).on(failure -> failure.getCause() instanceof IOException);

        assertThat(policy.appliesTo(new TaskFailedException(TASK, new IOException())))
                .isTrue();
        assertThat(policy.appliesTo(new WorkerLostException(TASK, WorkerLossTest.KILLED, true)))
                .isFalse();
    }

    @Test
    void keepsTheOtherPartsWhenOneChanges() {
        Predicate<ParallelException> condition = failure -> true;
        RetryPolicy one = RetryPolicy.retries(2).on(condition).backoff(ofMillis(1), ofMillis(2));
        RetryPolicy other =
                RetryPolicy.retries(2).backoff(ofMillis(1), ofMillis(2)).on(condition);

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one.maxRetries()).isEqualTo(2);
        assertThat(one.toString()).startsWith("RetryPolicy[retries=2, backoff=PT0.001S..PT0.002S, on=");
        assertThat(one)
                .isNotEqualTo(RetryPolicy.retries(2).on(condition))
                .isNotEqualTo(RetryPolicy.retries(3).on(condition).backoff(ofMillis(1), ofMillis(2)))
                .isNotEqualTo(RetryPolicy.retries(2).backoff(ofMillis(1), ofMillis(2)));
    }

    @Test
    void refusesBadValues() {
        RetryPolicy policy = RetryPolicy.retries(1);

        refuses(() -> RetryPolicy.retries(-1), "retries must not be negative: retries=-1");
        refuses(
                () -> policy.backoff(ofMillis(-1), ZERO),
                "backoff first must not be negative: backoff first=PT-0.001S");
        refuses(
                () -> policy.backoff(ofSeconds(2), ofSeconds(1)),
                "backoff first must not exceed max: first=PT2S, max=PT1S");
        refuses(() -> policy.delayBefore(0), "retry must be positive: retry=0");
        refusesNull(() -> policy.backoff(null, ZERO), "backoff first");
        refusesNull(() -> policy.backoff(ZERO, null), "backoff max");
        refusesNull(() -> policy.on(null), "on");
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}

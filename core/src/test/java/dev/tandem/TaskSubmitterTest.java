package dev.tandem;

import static dev.tandem.OptionRules.refuses;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** The two shortcuts for views, which every runner inherits. */
final class TaskSubmitterTest {

    private final TaskSubmitter submitter =
            viewWith(TaskOptions.defaults().priority(3).retry(RetryPolicy.retries(9)));

    @Test
    void changesOneOptionAndKeepsTheOthers() {
        assertThat(submitter.withTimeout(ofSeconds(5)).options())
                .isEqualTo(submitter.options().timeout(ofSeconds(5)));
        assertThat(submitter.withRetries(2).options())
                .isEqualTo(submitter.options().retry(RetryPolicy.retries(2)));
        assertThat(submitter.withTimeout(ofSeconds(5)).withRetries(2).options())
                .isEqualTo(submitter.options().timeout(ofSeconds(5)).retry(RetryPolicy.retries(2)));
    }

    @Test
    void refusesWhatTheOptionsRefuse() {
        refuses(() -> submitter.withTimeout(ZERO), "timeout must be positive: timeout=PT0S");
        refuses(() -> submitter.withRetries(-1), "retries must not be negative: retries=-1");
    }

    private static TaskSubmitter viewWith(TaskOptions options) {
        InvocationHandler view = (self, method, arguments) -> switch (method.getName()) {
            case "options" -> options;
            case "with" -> viewWith((TaskOptions) arguments[0]);
            default -> InvocationHandler.invokeDefault(self, method, arguments);
        };
        return (TaskSubmitter) Proxy.newProxyInstance(
                TaskSubmitter.class.getClassLoader(), new Class<?>[] {TaskSubmitter.class}, view);
    }
}

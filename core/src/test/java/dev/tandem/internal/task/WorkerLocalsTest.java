package dev.tandem.internal.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("serial") // these lambdas stay at home, so they may use members of the test
final class WorkerLocalsTest {

    private final WorkerLocals locals = new WorkerLocals();
    private final AtomicInteger built = new AtomicInteger();

    @Test
    void buildsAValueOnceOnFirstUse() {
        assertThat(locals.get("a", built::incrementAndGet)).isEqualTo(1);
        assertThat(locals.get("a", built::incrementAndGet)).isEqualTo(1);
        assertThat(locals.get("b", built::incrementAndGet)).isEqualTo(2);
    }

    @Test
    void keepsNullAsAValue() {
        Task<String> nothing = () -> {
            built.incrementAndGet();
            return null;
        };

        assertThat(locals.get("a", nothing)).isNull();
        assertThat(locals.get("a", nothing)).isNull();
        assertThat(built).hasValue(1);
    }

    @Test
    void failsTheGetAndTriesAgainOnTheNext() {
        Task<Integer> flaky = () -> {
            if (built.incrementAndGet() == 1) {
                throw new IllegalArgumentException("not yet");
            }
            return 42;
        };

        assertThatThrownBy(() -> locals.get("a", flaky)).isInstanceOf(IllegalArgumentException.class);
        assertThat(locals.get("a", flaky)).isEqualTo(42);
    }

    @Test
    void wrapsACheckedException() {
        assertThatIllegalStateException()
                .isThrownBy(() -> locals.get("a", () -> {
                    throw new IOException("no model");
                }))
                .withMessage("the initial value of a WorkerLocal could not be built: java.io.IOException: no model")
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void keepsTheInterruptOfWhoeverBuildsAValue() {
        assertThatIllegalStateException()
                .isThrownBy(() -> locals.get("a", () -> {
                    throw new InterruptedException();
                }));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void detectsAValueThatAsksForItself() {
        Task<Integer> selfish = () -> locals.<Integer>get("a", () -> 1) + 1;

        assertThatIllegalStateException()
                .isThrownBy(() -> locals.get("a", selfish))
                .withMessage("building the initial value of this WorkerLocal asks for the value itself");
        assertThat(locals.<Integer>get("a", () -> 1)).isEqualTo(1);
    }

    @Test
    void closesTheYoungestFirstAndAllOfThem() {
        List<String> closed = new ArrayList<>();
        locals.get("a", () -> closing(() -> closed.add("a")));
        locals.get(
                "b",
                () -> closing(() -> {
                    throw new IOException("already gone");
                }));
        locals.get("c", () -> "not closeable");
        locals.get("d", () -> closing(() -> closed.add("d")));

        locals.close();
        locals.close();

        assertThat(closed).containsExactly("d", "a");
        assertThatIllegalStateException()
                .isThrownBy(() -> locals.get("a", () -> 1))
                .withMessage("this worker has ended and closed its WorkerLocals");
    }

    private static AutoCloseable closing(AutoCloseable action) {
        return action;
    }
}

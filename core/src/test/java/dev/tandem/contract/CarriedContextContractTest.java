package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.LogLines;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import dev.tandem.testing.TestCarrier;
import java.util.List;
import java.util.stream.IntStream;

/** What carriers of context take to tasks. */
final class CarriedContextContractTest {

    @EveryRunner(eachTransport = false)
    void handsOnWhatTheSubmittingThreadKnows(Runners runners) {
        ParallelRunner runner = runners.shared();
        assertThat(runner.submit(TestCarrier::current).join()).isNull();
        TaskFuture<String> future = submitWith("one", () -> runner.submit(TestCarrier::current));
        assertThat(future.join()).isEqualTo("one");
        List<Integer> inputs = IntStream.range(0, 20).boxed().toList();
        assertThat(submitWith("two", () -> runner.map(inputs, input -> TestCarrier.current() + input % 2))
                        .join())
                .containsOnly("two0", "two1");
        assertThat(runner.submit(TestCarrier::current).join())
                .as("the worker is as before")
                .isNull();
    }

    @EveryRunner(eachTransport = false)
    void surroundsEachInputAloneAndTellsWhatItThrew(Runners runners) {
        ParallelRunner runner = runners.open(1); // its only worker is asked afterwards
        List<Integer> inputs = List.of(1, 0, 2);
        String mark = "mark-" + runners.kind();
        Throwable thrown = catchThrowable(submitWith(
                mark,
                () -> runner.map(inputs, input -> {
                    String seen = TestCarrier.current();
                    TestCarrier.set("left behind by an input");
                    return seen + 1 / input;
                }))::join);
        assertThat(thrown).hasMessageContaining("/ by zero");
        String left = runner.submit(() -> String.join(";", TestCarrier.left())).join();
        assertThat(left).contains(mark + " java.lang.ArithmeticException: / by zero");
        assertThat(runner.submit(TestCarrier::current).join()).isNull();
    }

    @EveryRunner(eachTransport = false)
    void goesOnWithoutACarrierThatThrows(Runners runners) {
        ParallelRunner runner = runners.shared();
        try (LogLines log = new LogLines()) {
            assertThat(submitWith("bad", () -> runner.submit(() -> 7)).join()).isEqualTo(7);
            if (runners.have(Need.SHARED_HEAP)) {
                assertThat(log.with("WARN", "TestCarrier could not restore")).hasSize(1);
            } else {
                Eventually.holds(
                        "told",
                        () -> log.with("WARN", "TestCarrier could not restore").size() == 1);
            }
        }
    }

    private interface Submitting<T> {
        T submit();
    }

    private static <T> T submitWith(String value, Submitting<T> how) {
        TestCarrier.set(value);
        try {
            return how.submit();
        } finally {
            TestCarrier.set(null);
        }
    }
}

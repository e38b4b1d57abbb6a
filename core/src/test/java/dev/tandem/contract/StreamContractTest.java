package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** B4, B5, B7, B8, B9, B11. */
final class StreamContractTest {

    @EveryRunner
    void returnsAllResultsHoweverLargeTheChunk(Runners runners) {
        ParallelRunner runner = runners.shared();
        for (int chunk : new int[] {1 << 29, Integer.MAX_VALUE}) {
            TaskOptions options = TaskOptions.defaults().chunkSize(chunk);
            try (Stream<Integer> results = runner.with(options).stream(List.of(1, 2, 3), x -> x)) {
                assertThat(results).containsExactly(1, 2, 3);
            }
            assertThat(runner.with(options).map(List.of(1, 2, 3), x -> x).join())
                    .containsExactly(1, 2, 3);
        }
    }

    @EveryRunner
    void keepsTheOrderOfTheInputsWhateverTheChunkAndTheWindow(Runners runners) {
        ParallelRunner runner = runners.shared();
        List<Integer> inputs = IntStream.range(0, 100).boxed().toList();
        for (int chunk : new int[] {1, 7, 100}) {
            for (int window : new int[] {100, 150}) {
                TaskSubmitter chunked =
                        runner.with(TaskOptions.defaults().window(window).chunkSize(chunk));
                try (Stream<Integer> results = chunked.stream(inputs, x -> x)) {
                    assertThat(results).as("chunk %d window %d", chunk, window).containsExactlyElementsOf(inputs);
                }
            }
        }
    }

    @EveryRunner
    void endsAtOnceWithoutInputs(Runners runners) {
        try (Stream<Integer> results = runners.shared().stream(List.<Integer>of(), x -> x)) {
            assertThat(results).isEmpty();
        }
    }

    @EveryRunner
    void takesAndReturnsNull(Runners runners) {
        try (Stream<String> results = runners.shared().stream(Arrays.asList("a", null), x -> x)) {
            assertThat(results).containsExactly("a", null);
        }
    }

    @EveryRunner
    void pullsNoMoreThanItsWindowAhead(Runners runners) {
        int window = 3;
        AtomicInteger pulled = new AtomicInteger();
        Iterable<Integer> endless =
                () -> Stream.generate(pulled::incrementAndGet).iterator();
        TaskSubmitter windowed = runners.shared().with(TaskOptions.defaults().window(window));
        try (Stream<Integer> results = windowed.stream(endless, x -> x)) {
            assertThat(pulled.get()).isLessThanOrEqualTo(window);
            Iterator<Integer> iterator = results.iterator();
            for (int taken = 1; taken <= 20; taken++) {
                assertThat(iterator.next()).isEqualTo(taken);
                assertThat(pulled.get()).isBetween(taken, taken + window);
            }
        }
        int atTheEnd = pulled.get();
        assertThat(windowed.submit(() -> 1).join()).isEqualTo(1);
        assertThat(pulled).as("nothing is pulled after the end").hasValue(atTheEnd);
    }

    @EveryRunner
    void takesAnEndlessSource(Runners runners) {
        try (Stream<Integer> results = runners.shared().stream(Stream.iterate(1, x -> x + 1), x -> 2 * x)) {
            assertThat(results.limit(50).mapToInt(x -> x).sum()).isEqualTo(50 * 51);
        }
    }

    @EveryRunner
    void pullsOnTheThreadThatConsumes(Runners runners) {
        Set<Thread> pullers = ConcurrentHashMap.newKeySet();
        Stream<Integer> source = Stream.iterate(0, x -> x + 1)
                .peek(x -> pullers.add(Thread.currentThread()))
                .limit(30);
        try (Stream<Integer> results = runners.shared().stream(source, x -> x)) {
            assertThat(results).hasSize(30);
        }
        assertThat(pullers).containsExactly(Thread.currentThread());
    }

    @EveryRunner
    void deliversTheResultsBeforeAFailureAndThenThrowsIt(Runners runners) {
        ParallelRunner runner = runners.shared();
        List<Integer> delivered = new ArrayList<>();
        try (Stream<Integer> results = runner.stream(Stream.iterate(0, x -> x + 1), x -> {
            if (x == 12) {
                throw new IllegalStateException("twelve is refused");
            }
            return x;
        })) {
            assertThatThrownBy(() -> results.forEach(delivered::add))
                    .isInstanceOfSatisfying(
                            TaskFailedException.class,
                            failure -> assertThat(failure.inputIndex()).hasValue(12))
                    .cause()
                    .hasMessage("twelve is refused");
        }
        assertThat(delivered)
                .containsExactlyElementsOf(IntStream.range(0, 12).boxed().toList());
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @EveryRunner
    void throwsWhatItsSourceThrewAfterTheResultsBefore(Runners runners) {
        ParallelRunner runner = runners.shared();
        UncheckedIOException broken = new UncheckedIOException("source", new java.io.IOException("broken"));
        List<Integer> delivered = new ArrayList<>();
        Stream<Integer> source = Stream.iterate(0, x -> x + 1).peek(x -> {
            if (x == 5) {
                throw broken;
            }
        });
        try (Stream<Integer> results = runner.stream(source, x -> x)) {
            assertThatThrownBy(() -> results.forEach(delivered::add)).isSameAs(broken);
        }
        assertThat(delivered).containsExactly(0, 1, 2, 3, 4);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @EveryRunner(needs = Need.ASYNC)
    void cancelsWhatIsUnderWayWhenItIsClosed(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Gate gate = runners.gate();
        Marks ran = runners.marks();
        Stream<Integer> results = runner.stream(Stream.iterate(0, x -> x + 1), x -> {
            ran.make(x);
            if (x > 0) {
                gate.await();
            }
            return x;
        });
        Iterator<Integer> iterator = results.iterator();
        assertThat(iterator.next()).isZero();
        ran.await(1);
        results.close();
        Eventually.holds(
                "idle", () -> runner.stats().running() == 0 && runner.stats().busyWorkers() == 0);
        assertThat(runner.stats().queued()).isZero();
        assertThat(runner.stats().cancelled()).isPositive();
        int before = ran.all().size();
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(ran.all()).hasSize(before);
    }

    @EveryRunner(needs = Need.ASYNC)
    void deliversFirstDoneFirstIfUnordered(Runners runners) {
        Gate gate = runners.gate();
        TaskSubmitter unordered = runners.shared().with(TaskOptions.defaults().unordered());
        try (Stream<Integer> results = unordered.stream(List.of(0, 1, 2, 3, 4, 5), x -> {
            if (x == 0) {
                gate.await();
            }
            return x;
        })) {
            Iterator<Integer> iterator = results.iterator();
            List<Integer> fast = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                fast.add(iterator.next());
            }
            assertThat(fast).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
            gate.open();
            assertThat(iterator.next()).isZero();
            assertThat(iterator.hasNext()).isFalse();
        }
    }

    @EveryRunner
    void closesItsSource(Runners runners) {
        AtomicBoolean closed = new AtomicBoolean();
        Stream<Integer> source = Stream.of(1, 2, 3).onClose(() -> closed.set(true));
        try (Stream<Integer> results = runners.shared().stream(source, x -> x)) {
            assertThat(results.findFirst()).contains(1);
        }
        assertThat(closed).isTrue();
    }

    @EveryRunner
    void survivesAParallelConsumer(Runners runners) {
        try (Stream<Integer> results =
                runners.shared().stream(IntStream.range(0, 200).boxed().toList(), x -> x)) {
            assertThat(results.parallel().mapToInt(x -> x).sum()).isEqualTo(199 * 100);
        }
    }

    @EveryRunner
    void refusesAWindowThatHoldsNothing(Runners runners) {
        TaskOptions options = runners.shared().options();
        assertThatThrownBy(() -> options.window(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("window=0");
        assertThatThrownBy(() -> options.window(2).chunkSize(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chunkSize=3")
                .hasMessageContaining("window=2");
    }
}

package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.NotTransferableException;
import dev.tandem.NotTransferableException.Part;
import dev.tandem.Outcome;
import dev.tandem.RunnerBrokenException;
import dev.tandem.Strategy;
import dev.tandem.TaskFunction;
import dev.tandem.TaskRef;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.Marks;
import dev.tandem.testing.NothingLeft;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A measurement that ends early, for whatever reason: no item is lost, and none runs twice. */
@ExtendWith({HardLimit.class, NothingLeft.class})
final class MeasuringEndsTest {

    private static final Duration AMPLE = Duration.ofSeconds(30);
    private static final int ITEMS = 200;

    @TempDir
    private Path directory;

    /** Item 0 is in a round that warms up, and item 70 in one that counts. */
    @ParameterizedTest
    @CsvSource({"LIVE_SHARED_OBJECTS, 0", "LIVE_SHARED_OBJECTS, 70", "CALLS_EXIT, 0", "CALLS_EXIT, 70"})
    void endsWhenInterruptedWhileAnItemBlocks(Trait gate, int blocking) {
        Marks marks = new Marks(directory.toString());
        Thread measuring = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            marks.await("blocks");
            measuring.interrupt();
        });
        interrupter.setDaemon(true);
        interrupter.start();
        List<Integer> items = IntStream.range(0, ITEMS).boxed().toList();

        Measurement<Integer, Integer> measured = Recommender.measure(
                WorkloadProfile.of(gate).downstreamLimit(1), items, blockingAt(blocking, marks), AMPLE);

        assertThat(Thread.interrupted()).as("the status is kept").isTrue();
        List<Integer> known = new ArrayList<>();
        measured.outcomes().stream().map(Outcome::input).forEach(known::add);
        assertThat(known).contains(blocking);
        measured.rest().forEachRemaining(known::add);
        assertThat(known).as("each once, and in order").isEqualTo(items);
        assertThatThrownBy(measured.outcomes().get(blocking)::orThrow)
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("item " + blocking + " was cancelled");
        assertThat(measured.outcomes().subList(0, blocking)).allMatch(Outcome::isSuccess);
        assertThat(measured.notMeasured()).contains("more rounds: interrupted");
    }

    @Test
    void keepsWhatRanWhenTheIteratorThrows() {
        IllegalStateException broken = new IllegalStateException("no more of those");
        Iterable<Integer> items = () -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Integer next() {
                if (next == 40) {
                    throw broken;
                }
                return next++;
            }
        };

        Measurement<Integer, Integer> measured =
                Recommender.measure(WorkloadProfile.of(Trait.LIVE_SHARED_OBJECTS), items, i -> i, AMPLE);

        assertThat(measured.outcomes()).hasSize(40).allMatch(Outcome::isSuccess);
        assertThat(measured.notMeasured())
                .contains(
                        "more rounds: the iterator of the items threw java.lang.IllegalStateException: no more of those");
        assertThatThrownBy(() -> measured.rest().hasNext()).isSameAs(broken);
        assertThat(measured.explain()).contains("no more of those");
    }

    @Test
    void runsNothingWithoutAnIterator() {
        Iterable<Integer> none = () -> noIterator();

        assertThatThrownBy(() -> Recommender.measure(none, i -> i, AMPLE)).hasMessage("items.iterator() returned null");
        assertThatThrownBy(() -> Recommender.measure(List.of(1), i -> i, noBudget()))
                .hasMessage("budget");
    }

    @Test
    void leavesWhatCannotTravelWhereAGateForbidsThreads() {
        List<Object> items = Stream.generate(Object::new).limit(20).toList();

        Measurement<Object, Boolean> measured =
                Recommender.measure(WorkloadProfile.of(Trait.CALLS_EXIT), items, item -> item != null, AMPLE);

        assertThat(measured.outcomes()).as("it has not run").isEmpty();
        List<Object> rest = new ArrayList<>();
        measured.rest().forEachRemaining(rest::add);
        assertThat(rest).isEqualTo(items);
        assertThat(measured.notMeasured())
                .anyMatch(text -> text.contains("the items cannot be serialized") && text.contains("java.lang.Object"));
        assertThat(measured.explain()).startsWith("Measured 0 items on").contains("nothing ran");
        assertThat(measured).hasToString("Measurement[0 items, not conclusive, " + measured.recommendation() + "]");
    }

    /** That it is left then takes six deaths to see. */
    @Test
    void takesNothingForDoneThatABrokenRunnerHasRefused() {
        Kept<Integer, Integer> kept = new Kept<>();
        RunnerBrokenException broken = new RunnerBrokenException(TaskRef.NONE, "its workers died", 6, null);

        assertThat(kept.keep(new Numbered<>(0, 7), new Outcome.Failure<>(7, broken)))
                .isFalse();
        assertThat(kept.size()).isZero();
    }

    @Test
    void runsOnThreadsWhatTurnsOutNotToTravel() {
        List<Object> items = new ArrayList<>(IntStream.range(0, 60).boxed().toList());
        items.set(50, new Object());

        Measurement<Object, Boolean> measured =
                Recommender.measure(items, item -> item.hashCode() >= 0 || item != null, AMPLE);

        assertThat(measured.outcomes()).hasSize(60).allMatch(Outcome::isSuccess);
        assertThat(measured.outcomes()).extracting(Outcome::input).isEqualTo(items);
        assertThat(measured.recommendation().strategy()).isEqualTo(Strategy.THREADS);
    }

    @Test
    void letsAnItemThatCannotTravelFailAloneWhereAGateForbidsThreads() {
        List<Object> items = new ArrayList<>(IntStream.range(0, 100).boxed().toList());
        items.set(0, new Object());
        items.set(50, List.of(new Object()));
        items.set(60, new Unreadable());
        items.set(80, new Unwritable());
        items.set(90, "gives what cannot be written");
        WorkloadProfile work = WorkloadProfile.of(Trait.CALLS_EXIT).downstreamLimit(1);

        Measurement<Object, Object> measured = Recommender.measure(work, items, MeasuringEndsTest::returning, AMPLE);

        assertThat(measured.outcomes()).extracting(Outcome::input).isEqualTo(items);
        assertThat(measured.rest().hasNext()).isFalse();
        List<Integer> failed = IntStream.range(0, items.size())
                .filter(i -> !measured.outcomes().get(i).isSuccess())
                .boxed()
                .toList();
        assertThat(failed).containsExactly(0, 50, 60, 70, 80, 90);
        for (int i : failed) {
            assertThatThrownBy(measured.outcomes().get(i)::orThrow)
                    .isInstanceOfSatisfying(NotTransferableException.class, failure -> {
                        assertThat(failure.inputIndex()).hasValue(i);
                        assertThat(failure.part()).isEqualTo(i == 70 || i == 90 ? Part.RESULT : Part.ARGUMENT);
                        assertThat(failure.path())
                                .endsWith(i == 50 ? "[0]" : "")
                                .doesNotContain(".item", ".value");
                    })
                    .hasMessageContaining(" input " + i + " ")
                    .hasMessageContaining(i == 70 || i == 90 ? "the result of task " : "the argument of task ")
                    .hasMessageContaining(i == 60 ? "$Unreadable" : "")
                    .hasMessageNotContaining("MeasuredResult")
                    .hasMessageNotContaining("Numbered");
        }
        assertThat(measured.recommendation().strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(measured.recommendation().gateAgainst(Strategy.PROCESSES)).isEmpty();
        assertThat(measured.notMeasured())
                .contains("2 of 100 items on worker JVMs: the results of items 70 and 90 cannot travel;"
                        + " the result of item 70: in the worker: "
                        + "java.lang.Object cannot travel to another JVM, it is not java.io.Serializable. "
                        + "Let it implement Serializable, or send what is needed to create it on the other side.")
                .anyMatch(text -> text.startsWith("4 of 100 items on worker JVMs: items 0, 50, 60 and 1 more"
                        + " cannot travel; item 0: java.lang.Object cannot travel to another JVM"));
        assertThat(measured.explain()).contains("  Not measured 4 of 100 items on worker JVMs: items 0, 50");
    }

    private static Object returning(Object item) {
        return item.equals(70) ? new Object() : item instanceof String ? new Unwritable() : item;
    }

    /** What is thrown while it is decoded. */
    private static final class Unreadable implements Serializable {

        private static final long serialVersionUID = 1L;

        private void readObject(ObjectInputStream in) {
            throw new IllegalStateException("not to be read");
        }
    }

    /** What is thrown while it is encoded. */
    private static final class Unwritable implements Serializable {

        private static final long serialVersionUID = 1L;

        private void writeObject(ObjectOutputStream out) {
            throw new IllegalStateException("not to be written");
        }
    }

    private static TaskFunction<Integer, Integer> blockingAt(int blocking, Marks marks) {
        return item -> {
            marks.make("item " + item); // fails if it was made before
            if (item == blocking) {
                marks.make("blocks");
                TimeUnit.MINUTES.sleep(10);
            }
            return item;
        };
    }

    @SuppressWarnings("NullAway") // what a careless user does
    private static <T> Iterator<T> noIterator() {
        return nothing();
    }

    @SuppressWarnings("NullAway") // likewise
    private static Duration noBudget() {
        return nothing();
    }

    @SuppressWarnings("NullAway") // likewise
    private static <T> T nothing() {
        @Nullable T none = null;
        return none;
    }
}

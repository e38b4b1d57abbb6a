package dev.tandem.internal.adaptive;

import static dev.tandem.testing.Eventually.holds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.Adaptation;
import dev.tandem.AdaptiveOptions;
import dev.tandem.AdaptiveRunner;
import dev.tandem.NotTransferableException;
import dev.tandem.ParallelRunner;
import dev.tandem.Shared;
import dev.tandem.Strategy;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import dev.tandem.recommend.Recommender;
import dev.tandem.recommend.Trait;
import dev.tandem.recommend.WorkloadProfile;
import dev.tandem.testing.Gate;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.Marks;
import dev.tandem.testing.NothingLeft;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What waits moves from one engine to the other, when and where a test says so; when it should is MeasuredCourseTest's business. */
@ExtendWith({HardLimit.class, NothingLeft.class})
final class AdaptingRunnerTest {

    private static final long TICK_NANOS = 1_000_000;
    private static final long PIDS = 1L << 32;
    private static final long HERE = ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    private final List<Adaptation> heard = new CopyOnWriteArrayList<>();

    private @Nullable Gate opened;
    private @Nullable AdaptiveRunner runner;

    @AfterEach
    void end() {
        if (opened != null) {
            opened.open(); // first, or a test that fails would hang
        }
        if (runner != null) {
            runner.close();
        }
    }

    @Test
    void movesWhatWaitsInOrderAndLeavesWhatRuns() {
        Gate gate = gate();
        Marks marks = new Marks(directory.toString());
        SteeredCourse course = new SteeredCourse(Strategy.PROCESSES);
        AdaptiveRunner adapting = open(course);
        TaskFuture<Long> blocker = adapting.submit(() -> {
            marks.make("begun");
            gate.await();
            return ProcessHandle.current().pid();
        });
        marks.await("begun");
        List<Integer> ran = new CopyOnWriteArrayList<>(); // on threads it is this list
        List<TaskFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            waiting.add(adapting.submit(() -> {
                ran.add(number);
            }));
        }
        TaskFuture<Void> urgent = adapting.with(TaskOptions.defaults().priority(1))
                .submit(() -> {
                    ran.add(-1);
                });

        course.go(Strategy.THREADS);
        waiting.forEach(TaskFuture::join);
        urgent.join();

        assertThat(ran).containsExactly(-1, 0, 1, 2, 3, 4);
        assertThat(adapting.strategy()).isEqualTo(Strategy.THREADS);
        assertThat(blocker.isDone()).as("what runs goes on").isFalse();
        gate.open();
        assertThat(blocker.join()).isNotEqualTo(HERE);
        assertThat(adapting.adaptations()).extracting(Adaptation::rule).containsExactly("A-START", "A-TEST");
        holds("the listener heard of it", () -> heard.size() == 2);
        assertThat(heard).isEqualTo(adapting.adaptations());
        assertThat(adapting.stats().succeeded()).isEqualTo(7);
        assertThat(adapting.stats().queued()).isZero();
    }

    @Test
    void encodesWhatMovesToWorkerJvmsAndKeepsItsTimeouts() {
        Gate gate = gate();
        SteeredCourse course = new SteeredCourse(Strategy.THREADS);
        AdaptiveRunner adapting = open(course);
        TaskFuture<Void> blocker = adapting.submit(gate::await);
        TaskSubmitter patient = adapting.with(TaskOptions.defaults().timeout(Duration.ofSeconds(30)));
        TaskFuture<List<Long>> pids =
                patient.map(List.of(1, 2, 3), i -> i + ProcessHandle.current().pid());
        TaskFuture<Void> given = adapting.with(TaskOptions.defaults().queueTimeout(Duration.ofMillis(1)))
                .submit(() -> {});

        assertThatThrownBy(given::join).hasMessageContaining("queueTimeout");
        course.go(Strategy.PROCESSES);
        List<Long> found = pids.join();

        assertThat(found).hasSize(3).doesNotContain(HERE + 1);
        assertThat(found.get(1)).isEqualTo(found.get(0) + 1);
        gate.open();
        blocker.join();
    }

    @Test
    void helpsWithWhatWaitsForAWorkerJvm() {
        SteeredCourse course = new SteeredCourse(Strategy.THREADS);
        Gate gate = gate();
        AdaptiveRunner adapting = open(course);
        TaskFuture<Long> outer = adapting.submit(() -> {
            gate.await(); // until work goes to worker JVMs
            TaskFuture<Long> inner =
                    adapting.submit(() -> ProcessHandle.current().pid());
            return inner.join();
        });
        TaskFuture<Integer> second = adapting.submit(() -> 2);
        course.go(Strategy.PROCESSES);
        assertThat(second.join()).as("moved, since the thread is taken").isEqualTo(2);
        gate.open();

        assertThat(outer.join()).isPositive(); // here or there: what matters is that it ends
    }

    @Test
    void groupsInputsOfOneCallAndNothingElse() {
        Gate gate = gate();
        SteeredCourse course = new SteeredCourse(Strategy.PROCESSES);
        AdaptiveRunner adapting = open(course);
        TaskFuture<Void> blocker = adapting.submit(gate::await);
        List<Integer> inputs = IntStream.range(0, 95).boxed().toList();
        TaskFuture<List<Integer>> squares = adapting.map(inputs, i -> i * i);
        course.together(10); // they wait one by one, and are put in line anew
        TaskFuture<Integer> alone = adapting.submit(() -> 7);
        holds("regrouped", () -> adapting.adaptations().size() == 2);
        gate.open();

        assertThat(squares.join()).isEqualTo(inputs.stream().map(i -> i * i).toList());
        assertThat(alone.join()).isEqualTo(7);
        blocker.join();
        assertThat(adapting.adaptations().get(1).isMove()).isFalse();
    }

    @Test
    void movesWhatThreadsHaveGrouped() {
        Gate gate = gate();
        Marks marks = new Marks(directory.toString());
        SteeredCourse course = new SteeredCourse(Strategy.THREADS);
        AdaptiveRunner adapting = open(course);
        List<Integer> inputs = IntStream.range(0, 5_000).boxed().toList();
        TaskFuture<List<Long>> pids = adapting.map(inputs, i -> {
            if (i == 1_000) {
                marks.make("begun");
                gate.await();
            }
            return i * PIDS + ProcessHandle.current().pid();
        });
        marks.await("begun");
        course.go(Strategy.PROCESSES);
        holds("it has moved", () -> adapting.strategy() == Strategy.PROCESSES);
        TaskFuture<Long> next = adapting.submit(() -> ProcessHandle.current().pid());
        assertThat(next.join()).isNotEqualTo(HERE); // those before it are over by then
        gate.open();

        List<Long> found = pids.join();
        assertThat(found).extracting(one -> one / PIDS).containsExactlyElementsOf(longs(inputs));
        assertThat(found.subList(0, 1_001)).extracting(one -> one % PIDS).containsOnly(HERE);
        assertThat(found.subList(3_000, 5_000)).extracting(one -> one % PIDS).doesNotContain(HERE);
        assertThat(adapting.stats().succeeded()).isEqualTo(5_001);
    }

    @Test
    void losesAndRepeatsNothingHoweverOftenItMoves() {
        SteeredCourse course = new SteeredCourse(Strategy.PROCESSES);
        Marks marks = new Marks(directory.toString());
        AdaptiveRunner adapting = open(course);
        long there = adapting.submit(() -> ProcessHandle.current().pid()).join();
        course.beRestless(); // both engines are ready for it now
        List<Integer> inputs = IntStream.range(0, 400).boxed().toList();
        TaskFuture<List<Long>> mapped = adapting.map(inputs, i -> {
            marks.make("m" + i); // fails if it was made before
            TimeUnit.MICROSECONDS.sleep(300);
            return i * PIDS + ProcessHandle.current().pid();
        });
        List<TaskFuture<Integer>> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            others.add(adapting.submit(() -> number));
            if (i % 3 == 0) {
                others.get(i).cancel();
            }
        }
        try (Stream<Integer> streamed = adapting.stream(inputs, i -> i + 1)) {
            assertThat(streamed.mapToInt(i -> i).sum()).isEqualTo(400 * 401 / 2);
        }
        assertThat(mapped.join()).extracting(found -> found / PIDS).containsExactlyElementsOf(longs(inputs));
        assertThat(mapped.join()).extracting(found -> found % PIDS).containsOnly(HERE, there);
        for (int i = 0; i < 100; i++) {
            if (!others.get(i).isCancelled()) {
                assertThat(others.get(i).join()).isEqualTo(i);
            }
        }
        assertThat(marks.all()).hasSize(400);
        assertThat(adapting.adaptations()).hasSizeGreaterThan(3);
        assertThat(adapting.close(Duration.ofSeconds(20))).isTrue();
        assertThat(adapting.stats().done())
                .isEqualTo(adapting.stats().submitted())
                .isEqualTo(901);
    }

    @Test
    void endsInTheMiddleOfAMove() throws Exception {
        SteeredCourse course = new SteeredCourse(Strategy.PROCESSES);
        AdaptiveRunner adapting = open(course);
        adapting.submit(() -> 1).join();
        course.beRestless();
        List<Integer> inputs = IntStream.range(0, 2_000).boxed().toList();
        TaskFuture<List<Integer>> mapped = adapting.map(inputs, i -> {
            TimeUnit.MILLISECONDS.sleep(1);
            return i;
        });
        holds("a few moves", () -> adapting.adaptations().size() > 4);

        adapting.shutdownNow();

        assertThat(adapting.asExecutorService().awaitTermination(20, TimeUnit.SECONDS))
                .isTrue();
        assertThat(mapped.isDone()).isTrue();
        assertThat(adapting.stats().done()).isEqualTo(adapting.stats().submitted());
        assertThatThrownBy(() -> adapting.submit(() -> 1)).hasMessageContaining("is closed");
    }

    @Test
    void staysOnThreadsOnceSomethingCannotTravel() {
        Object local = new Object();
        SteeredCourse course = new SteeredCourse(Strategy.PROCESSES);
        AdaptiveRunner adapting = open(course);
        assertThat(adapting.submit(() -> local.hashCode()).join()).isEqualTo(local.hashCode());
        assertThat(adapting.strategy()).isEqualTo(Strategy.THREADS);
        assertThat(adapting.adaptations()).extracting(Adaptation::rule).containsExactly("A-START", "A-TRAVEL");
        assertThat(adapting.adaptations().get(1).numbers())
                .contains("java.lang.Object")
                .doesNotEndWith(".");
        course.go(Strategy.PROCESSES);
        assertThat(adapting.submit(() -> ProcessHandle.current().pid()).join())
                .as("ruled out for good")
                .isEqualTo(HERE);
        try (Shared<Object> shared = adapting.share(local)) {
            assertThat(adapting.submit(() -> shared.get() == local).join()).isTrue();
        }
    }

    @Test
    void triesOnThreadsWhatAWorkerCannotDecode() {
        AdaptiveRunner adapting = open(new SteeredCourse(Strategy.PROCESSES));
        List<Unreadable> inputs = List.of(new Unreadable(false), new Unreadable(true), new Unreadable(false));

        assertThat(adapting.map(inputs, input -> input.isUnreadable).join()).containsExactly(false, true, false);
        Unreadable captured = inputs.get(1);
        assertThat(adapting.submit(() -> captured.isUnreadable).join()).isTrue();

        assertThat(adapting.strategy()).isEqualTo(Strategy.THREADS);
        assertThat(adapting.adaptations().get(1).numbers()).contains("the argument of task ", "$Unreadable");
    }

    /** Fails on the other side. */
    private static final class Unreadable implements Serializable {

        private static final long serialVersionUID = 1L;

        private final boolean isUnreadable;

        Unreadable(boolean isUnreadable) {
            this.isUnreadable = isUnreadable;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            if (isUnreadable) {
                throw new InvalidObjectException("not to be read");
            }
        }
    }

    @Test
    void goesBackWhenAResultCannotTravel() {
        SteeredCourse course = new SteeredCourse(Strategy.PROCESSES);
        AdaptiveRunner adapting = open(course);
        TaskFuture<Object> first = adapting.submit(() -> new Object());

        assertThatThrownBy(first::join).isInstanceOf(NotTransferableException.class);
        assertThat(adapting.submit(() -> new Object()).join()).isNotNull();
        assertThat(adapting.adaptations()).extracting(Adaptation::rule).contains("A-TRAVEL");
    }

    @Test
    void neverTriesWorkerJvmsForResultsThatCannotTravel() {
        Gate gate = gate();
        SteeredCourse course = new SteeredCourse(Strategy.THREADS);
        AdaptiveRunner adapting = open(course);
        Object kept = adapting.submit(() -> new Object()).join();
        TaskFuture<Void> blocker = adapting.submit(gate::await);
        TaskFuture<Object> next = adapting.submit(() -> new Object());
        course.go(Strategy.PROCESSES);
        holds("it was decided", () -> adapting.adaptations().size() == 2);
        gate.open();

        assertThat(next.join()).isNotSameAs(kept);
        blocker.join();
        assertThat(adapting.adaptations().get(1).rule()).isEqualTo("A-TRAVEL");
        assertThat(adapting.strategy()).isEqualTo(Strategy.THREADS);
    }

    @Test
    void goesOnOnThreadsWhenWorkerJvmsDoNotStart() {
        SteeredCourse course = new SteeredCourse(Strategy.PROCESSES);
        AdaptiveOptions options = AdaptiveOptions.defaults()
                .processes(o -> o.workers(1).jvmArgs("-XX:NoSuchFlag"))
                .threads(o -> o.workers(1));
        AdaptiveRunner adapting = open(course, options);
        List<Long> pids = adapting.map(
                        List.of(1, 2, 3), i -> ProcessHandle.current().pid())
                .join();

        assertThat(pids).containsOnly(HERE);
        assertThat(adapting.adaptations()).extracting(Adaptation::rule).containsExactly("A-START", "A-BROKEN");
        assertThat(adapting.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(HERE);
    }

    @Test
    void keepsAGateWhateverHappens() {
        Object local = new Object();
        try (AdaptiveRunner runner =
                ParallelRunner.adaptive(WorkloadProfile.of(Trait.MAY_CRASH), o -> o.processes(p -> p.workers(1)))) {
            assertThatThrownBy(() -> runner.submit(() -> local.hashCode()).join())
                    .isInstanceOf(NotTransferableException.class);
            assertThat(runner.submit(() -> ProcessHandle.current().pid()).join())
                    .isNotEqualTo(HERE);
            assertThat(runner.adaptations()).hasSize(1);
            assertThat(runner.recommendation().decidedBy().rule()).isEqualTo("GATE-CRASH");
        }
    }

    @Test
    void costsNoWorkerJvmWhereThreadsAreRecommended() {
        long others = ProcessHandle.current().children().count();
        try (AdaptiveRunner runner = ParallelRunner.adaptive(WorkloadProfile.of(Trait.IO_BOUND))) {
            assertThat(runner.submit(() -> ProcessHandle.current().pid()).join())
                    .isEqualTo(HERE);
            assertThatThrownBy(() -> runner.submit(() -> {
                                throw new IllegalStateException("no");
                            })
                            .join())
                    .isInstanceOf(TaskFailedException.class);
            assertThat(ProcessHandle.current().children().count())
                    .as("but for workers of other tests")
                    .isLessThanOrEqualTo(others);
            assertThat(runner.adaptations())
                    .extracting(Adaptation::toString)
                    .containsExactly("A-START: starts on threads, by G-IO");
            runner.resize(3);
            assertThat(runner.toString()).contains("THREADS");
            assertThat(runner.threadDump()).contains(" on THREADS: ");
        }
    }

    @Test
    void tellsWhereItStartsAndGoesThereBeforeItSaysSo() {
        SteeredCourse course = new SteeredCourse(Strategy.THREADS);
        List<String> told = new CopyOnWriteArrayList<>();
        AtomicReference<@Nullable AdaptiveRunner> itself = new AtomicReference<>();
        AdaptiveRunner adapting = open(
                course,
                AdaptiveOptions.defaults()
                        .threads(o -> o.workers(1))
                        .processes(o -> o.workers(1).jvmArgs("-XX:TieredStopAtLevel=1"))
                        .onAdaptation(made -> {
                            AdaptiveRunner open = itself.get();
                            told.add(made.rule() + (open == null ? "" : " on " + open.strategy()));
                        }));
        holds("A-START", () -> told.size() == 1);
        itself.set(adapting);
        course.go(Strategy.PROCESSES);
        adapting.submit(() -> 1).join();
        holds("A-TEST", () -> told.size() == 2);

        assertThat(told).containsExactly("A-START", "A-TEST on PROCESSES");
    }

    @Test
    void outlivesAListenerThatThrows() {
        SteeredCourse course = new SteeredCourse(Strategy.PROCESSES);
        AdaptiveOptions options = AdaptiveOptions.defaults().onAdaptation(made -> {
            heard.add(made);
            throw new IllegalStateException("a listener of the test, which throws");
        });
        AdaptiveRunner adapting = open(course, options);
        Object local = new Object();
        assertThat(adapting.submit(() -> local.hashCode()).join()).isEqualTo(local.hashCode());
        holds("it was told", () -> heard.size() == 2);
        assertThat(adapting.submit(() -> 3).join()).isEqualTo(3);
    }

    private static List<Long> longs(List<Integer> numbers) {
        return numbers.stream().map(Integer::longValue).toList();
    }

    private AdaptiveRunner open(SteeredCourse course) {
        return open(
                course,
                AdaptiveOptions.defaults()
                        .threads(o -> o.workers(1))
                        .processes(o -> o.workers(1).maxHeap("128m").jvmArgs("-XX:TieredStopAtLevel=1"))
                        .onAdaptation(heard::add));
    }

    private Gate gate() {
        Gate made = new Gate(directory.resolve("gate").toString());
        opened = made;
        return made;
    }

    private AdaptiveRunner open(SteeredCourse course, AdaptiveOptions options) {
        AdaptiveRunner made = AdaptingRunner.open(
                "adapting", Recommender.recommend(WorkloadProfile.of()), options, course, TICK_NANOS);
        runner = made;
        return made;
    }
}

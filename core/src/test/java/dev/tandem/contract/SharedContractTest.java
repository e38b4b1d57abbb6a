package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.NotTransferableException;
import dev.tandem.ParallelRunner;
import dev.tandem.Shared;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A value that many tasks use. */
final class SharedContractTest {

    private static final String SHARED = "shared-";

    @EveryRunner
    void givesEachTaskTheValue(Runners runners) {
        ParallelRunner runner = runners.shared();
        Shared<Map<String, double[]>> table = runner.share(Map.of("a", new double[] {1, 2, 3}));
        List<Double> sums = runner.map(
                        IntStream.range(0, 20).boxed().toList(),
                        i -> table.get().get("a")[i % 3])
                .join();
        assertThat(sums).startsWith(1.0, 2.0, 3.0, 1.0).hasSize(20);
        assertThat(table.get().get("a")).containsExactly(1, 2, 3);
        table.close();
    }

    @EveryRunner(eachTransport = false)
    void givesTheTasksOfOneWorkerOneObject(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Shared<List<String>> list = runner.share(new ArrayList<>(List.of("x")));
        List<Integer> seen = runner.map(List.of(1, 2, 3, 4), i -> System.identityHashCode(list.get()))
                .join();
        assertThat(seen).containsOnly(seen.get(0));
    }

    @EveryRunner(eachTransport = false)
    void givesEachCallABufferOfItsOwnPosition(Runners runners) {
        ParallelRunner runner = runners.shared();
        ByteBuffer numbers = ByteBuffer.allocate(808).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.range(0, 101).forEach(i -> numbers.putDouble(i));
        Shared<ByteBuffer> shared = runner.share(numbers.position(8));
        for (int i = 0; i < 2; i++) {
            assertThat(runner.submit(() -> {
                                double sum = 0;
                                ByteBuffer mine = shared.get();
                                while (mine.hasRemaining()) {
                                    sum += mine.getDouble();
                                }
                                return sum;
                            })
                            .join())
                    .isEqualTo(5050.0);
        }
        assertThat(shared.get().remaining()).isEqualTo(800);
        shared.close();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void mapsABufferForReadingAlone(Runners runners) {
        ParallelRunner runner = runners.shared();
        Shared<ByteBuffer> shared = runner.share(ByteBuffer.allocate(1 << 20));
        assertThat(runner.submit(() -> shared.get().isDirect() && shared.get().isReadOnly())
                        .join())
                .isTrue();
        Shared<ByteBuffer> empty = runner.share(ByteBuffer.allocate(0));
        assertThat(runner.submit(() -> empty.get().remaining()).join()).isZero();
        shared.close();
        empty.close();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void sharesTheValueAsItWas(Runners runners) {
        ParallelRunner runner = runners.shared();
        int[] value = {1};
        Shared<int[]> shared = runner.share(value);
        value[0] = 2;
        assertThat(runner.submit(() -> shared.get()[0]).join()).isEqualTo(1);
        shared.close();
    }

    @EveryRunner(eachTransport = false)
    void saysThatTheValueWasClosed(Runners runners) {
        ParallelRunner runner = runners.shared();
        Shared<int[]> shared = runner.share(new int[] {7});
        assertThat(runner.submit(() -> shared.get()[0]).join()).isEqualTo(7);
        shared.close();
        shared.close();
        assertThatThrownBy(shared::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was released");
        assertThatThrownBy(() -> runner.submit(() -> shared.get()[0]).join()).hasMessageContaining("was released");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void tellsATaskThatComesTooLate(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Shared<int[]> shared = runner.share(new int[] {7});
        TaskFuture<Integer> late = runner.submit(() -> {
            shared.get();
            gate.await();
            return shared.get()[0];
        });
        shared.close();
        gate.open();
        assertThatThrownBy(late::join)
                .isInstanceOf(TaskFailedException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was released");
    }

    @EveryRunner(eachTransport = false)
    void saysThatItsRunnerHasEnded(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Shared<int[]> shared = runner.share(new int[] {7});
        runner.close();
        assertThatThrownBy(shared::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("its runner has ended");
        assertThatThrownBy(() -> runner.share("late"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void refusesTheValueOfAnotherRunner(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Shared<int[]> ofOther = runners.open(1).share(new int[] {7});
        assertThatThrownBy(() -> runner.submit(() -> ofOther.get()[0]).join())
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("belongs to that runner alone");
        try (ParallelRunner threads = ParallelRunner.threads()) {
            Shared<int[]> ofThreads = threads.share(new int[] {7});
            assertThatThrownBy(() -> runner.submit(() -> ofThreads.get()[0]).join())
                    .isInstanceOf(NotTransferableException.class)
                    .hasMessageContaining("belongs to the runner that made it");
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void refusesWhatCannotTravel(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThatThrownBy(() -> runner.share(new Object()))
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("java.lang.Object");
        assertThat(files()).isEmpty();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void keepsTheValueForTasksThatWaitAndNoLonger(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        TaskFuture<?> first = runner.submit(gate::await);
        TaskFuture<Integer> waiting = submitWithAHandleOfItsOwn(runner);
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        assertThat(files()).hasSize(1);
        gate.open();
        first.join();
        assertThat(waiting.join()).isEqualTo(7);
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> {
            System.gc();
            return files().isEmpty();
        });
    }

    private static TaskFuture<Integer> submitWithAHandleOfItsOwn(ParallelRunner runner) {
        Shared<int[]> shared = runner.share(new int[] {7});
        return runner.submit(() -> shared.get()[0]);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void leavesNoFile(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(1);
        List<Shared<?>> all = new ArrayList<>(Collections.nCopies(5, null));
        all.replaceAll(none -> runner.share(new long[1000]));
        List<Path> files = files();
        assertThat(files).hasSize(5);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.get(0))))
                .isEqualTo("rw-------");
        all.subList(0, 2).forEach(Shared::close);
        assertThat(files()).hasSize(3);
        runner.close();
        assertThat(files).noneMatch(Files::exists);
    }

    /** Those of all runners of this JVM: each test here closes what it has shared, or its runner. */
    private static List<Path> files() {
        String ownDirectories = "tandem-run-" + ProcessHandle.current().pid() + "-";
        while (true) {
            try (Stream<Path> found = Files.find(
                    Path.of(System.getProperty("java.io.tmpdir")),
                    2,
                    (path, attributes) -> path.getFileName().toString().startsWith(SHARED)
                            && path.getParent().getFileName().toString().startsWith(ownDirectories))) {
                return found.toList();
            } catch (IOException | UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw new AssertionError("the directory cannot be read", e);
                } // else one was deleted while it was looked at
            }
        }
    }
}

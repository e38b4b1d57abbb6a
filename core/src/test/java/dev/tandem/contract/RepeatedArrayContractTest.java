package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.RunnerTimes;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.RunFiles;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A large array that task after task captures. */
final class RepeatedArrayContractTest {

    private static final int ELEMENTS = 1 << 18;
    private static final long BYTES = 8L * ELEMENTS;

    private static long spared(ParallelRunner runner) {
        return runner.stats().times().bytesSpared();
    }

    @EveryRunner(eachTransport = false)
    void isSentTwiceAndThenNoMore(Runners runners) {
        ParallelRunner runner = runners.shared();
        long[] array = new long[ELEMENTS];
        array[ELEMENTS - 1] = 7;
        RunnerTimes before = runner.stats().times();
        for (int i = 0; i < 5; i++) {
            assertThat(runner.submit(() -> array[ELEMENTS - 1]).join()).isEqualTo(7);
        }
        RunnerTimes after = runner.stats().times();
        boolean worker = runners.have(Need.WORKER_JVM);
        assertThat(after.bytesSpared() - before.bytesSpared()).isEqualTo(worker ? 3 * BYTES : 0);
        if (worker) {
            assertThat(after.bytesSent() - before.bytesSent()).isBetween(2 * BYTES, 2 * BYTES + 10_000);
        }
        assertThat(runner.map(List.of(1, 2, 3), i -> array[ELEMENTS - i]).join())
                .containsExactly(7L, 0L, 0L);
        assertThat(spared(runner) > after.bytesSpared())
                .as("the function of a map")
                .isEqualTo(worker);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    @Row("R3")
    void isEachTasksOwnAsItWasWhenItWasSubmitted(Runners runners) throws IOException {
        List<Path> ofOthers = files();
        ParallelRunner runner = runners.open(1);
        long[] array = new long[ELEMENTS];
        for (int i = 0; i < 4; i++) {
            assertThat(runner.submit(() -> array[1]++).join()).as("task %s", i).isZero();
        }
        Gate gate = runners.gate();
        TaskFuture<?> first = runner.submit(gate::await);
        List<TaskFuture<Long>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(runner.submit(() -> array[1]++));
        }
        array[1] = 9;
        waiting.add(runner.submit(() -> array[1]++));
        gate.open();
        first.join();
        assertThat(waiting.stream().map(TaskFuture::join)).containsExactly(0L, 0L, 0L, 9L);
        assertThat(spared(runner)).isEqualTo(5 * BYTES);

        isThereForTheNextWorker(
                runner, runners.newDirectory().resolve("crashed").toString());
        isSentAfterAllIfItsFileIsGone(runner, runners.gate(), ofOthers);
        byte[] last = new byte[1 << 20];
        for (int i = 0; i < 3; i++) {
            runner.submit(() -> last[3]).join();
        }
        List<Path> files = files();
        files.removeAll(ofOthers);
        assertThat(files).isNotEmpty();
        runner.close();
        assertThat(files).noneMatch(Files::exists);
    }

    private static void isThereForTheNextWorker(ParallelRunner runner, String mark) {
        int[] array = new int[ELEMENTS];
        array[5] = 5;
        for (int i = 0; i < 2; i++) {
            runner.submit(() -> array[5]).join();
        }
        long before = spared(runner);
        int seen = runner.with(TaskOptions.defaults().retry(RetryPolicy.retries(1)))
                .submit(() -> {
                    if (!Files.exists(Path.of(mark))) {
                        Files.createFile(Path.of(mark));
                        Runtime.getRuntime().halt(3);
                    }
                    return array[5];
                })
                .join();
        assertThat(seen).isEqualTo(5);
        assertThat(spared(runner) - before).as("for each attempt").isEqualTo(2 * 4 * ELEMENTS);
    }

    private static void isSentAfterAllIfItsFileIsGone(ParallelRunner runner, Gate gate, List<Path> ofOthers)
            throws IOException {
        byte[] array = new byte[1 << 20];
        array[3] = 3;
        for (int i = 0; i < 2; i++) {
            runner.submit(() -> array[3]).join();
        }
        TaskFuture<?> first = runner.submit(gate::await);
        TaskFuture<Byte> waiting = runner.submit(() -> array[3]);
        TaskFuture<List<Byte>> mapped = runner.map(List.of(1, 2, 3), i -> array[i]);
        List<Path> files = files();
        files.removeAll(ofOthers);
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        gate.open();
        first.join();
        assertThat(waiting.join()).isEqualTo((byte) 3);
        assertThat(mapped.join()).containsExactly((byte) 0, (byte) 0, (byte) 3);
        assertThat(runner.submit(() -> array[3]).join()).isEqualTo((byte) 3);
    }

    /** Those of all runners of this JVM that are open. */
    private static List<Path> files() {
        List<Path> found = new ArrayList<>(RunFiles.in(
                Path.of(System.getProperty("java.io.tmpdir")),
                ProcessHandle.current().pid()));
        found.removeIf(file -> !file.getFileName().toString().startsWith("array-"));
        return found;
    }
}

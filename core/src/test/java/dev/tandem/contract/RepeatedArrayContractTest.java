package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A large array that task after task captures. */
final class RepeatedArrayContractTest {

    private static final int ELEMENTS = 1 << 18;
    private static final long BYTES = 8L * ELEMENTS;

    private static long spared(ParallelRunner runner) {
        return runner.stats().times().bytesSpared();
    }

    @EveryRunner(eachTransport = false)
    void isSentTwiceAndThenNoMore(Runners runners) {
        ParallelRunner runner = runners.open(1);
        long[] array = new long[ELEMENTS];
        array[ELEMENTS - 1] = 7;
        for (int i = 0; i < 5; i++) {
            assertThat(runner.submit(() -> array[ELEMENTS - 1]).join()).isEqualTo(7);
        }
        boolean worker = runners.have(Need.WORKER_JVM);
        assertThat(spared(runner)).isEqualTo(worker ? 3 * BYTES : 0);
        if (worker) {
            assertThat(runner.stats().times().bytesSent()).isBetween(2 * BYTES, 2 * BYTES + 10_000);
        }
        assertThat(runner.map(List.of(1, 2, 3), i -> array[ELEMENTS - i]).join())
                .containsExactly(7L, 0L, 0L);
        assertThat(spared(runner)).as("the function of a map goes once").isEqualTo(worker ? 4 * BYTES : 0);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void isEachTasksOwnAsItWasWhenItWasSubmitted(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        long[] array = new long[ELEMENTS];
        for (int i = 0; i < 4; i++) {
            assertThat(runner.submit(() -> array[1]++).join()).as("task %s", i).isZero();
        }
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
        List<Path> files = files();
        runner.close();
        assertThat(files).noneMatch(Files::exists);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void isThereForTheNextWorker(Runners runners) {
        ParallelRunner runner = runners.open(1);
        int[] array = new int[ELEMENTS];
        array[5] = 5;
        TaskOptions again = TaskOptions.defaults().retry(RetryPolicy.retries(1));
        for (int i = 0; i < 2; i++) {
            runner.submit(() -> array[5]).join();
        }
        Path crashed = runners.newDirectory().resolve("crashed");
        String mark = crashed.toString();
        assertThat(runner.with(again)
                        .submit(() -> {
                            if (!Files.exists(Path.of(mark))) {
                                Files.createFile(Path.of(mark));
                                Runtime.getRuntime().halt(3);
                            }
                            return array[5];
                        })
                        .join())
                .isEqualTo(5);
        assertThat(spared(runner)).as("for each attempt").isEqualTo(BYTES);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void isSentAfterAllIfItsFileIsGone(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        byte[] array = new byte[1 << 20];
        array[3] = 3;
        for (int i = 0; i < 2; i++) {
            runner.submit(() -> array[3]).join();
        }
        TaskFuture<?> first = runner.submit(gate::await);
        TaskFuture<Byte> waiting = runner.submit(() -> array[3]);
        TaskFuture<List<Byte>> mapped = runner.map(List.of(1, 2, 3), i -> array[i]);
        for (Path file : files()) {
            Files.delete(file);
        }
        gate.open();
        first.join();
        assertThat(waiting.join()).isEqualTo((byte) 3);
        assertThat(mapped.join()).containsExactly((byte) 0, (byte) 0, (byte) 3);
        assertThat(runner.submit(() -> array[3]).join()).isEqualTo((byte) 3);
    }

    /** Those of all runners of this JVM that are open; a test here has one. */
    private static List<Path> files() throws IOException {
        String ownDirectories = "tandem-run-" + ProcessHandle.current().pid() + "-";
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            for (Path directory : all.filter(
                            path -> path.getFileName().toString().startsWith(ownDirectories))
                    .toList()) {
                try (Stream<Path> inside = Files.list(directory)) {
                    inside.filter(file -> file.getFileName().toString().startsWith("array-"))
                            .forEach(found::add);
                }
            }
        }
        assertThat(found).isNotEmpty();
        return found;
    }
}

package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tasks that destroy what the library stands on. */
final class DamagedSurroundingsTest {

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** What a task finds by looking at its own command line, as an eager cleaner would find it in the temporary directory. */
    static Path runDirectory() {
        String crashLog = java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:ErrorFile="))
                .findFirst()
                .orElseThrow();
        return Path.of(crashLog.substring("-XX:ErrorFile=".length())).getParent();
    }

    @Row("R3")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r3GoesOnAfterATaskHasDeletedTheRunDirectory(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).processes(o -> o.maxTasksPerWorker(2)));
        String first = runner.submit(() -> {
                    deleteTree(runDirectory());
                    return runDirectory().toString();
                })
                .join();
        assertThat(runner.submit(() -> 2).join()).as("on the same worker").isEqualTo(2);
        String second = runner.submit(() -> runDirectory().toString()).join();
        assertThat(second).as("on the next worker").isNotEqualTo(first);
        assertThat(Path.of(second)).isDirectory();
    }

    @Row("R3")
    @EveryRunner(needs = Need.WORKER_JVM)
    void r3GoesOnAfterATaskHasDeletedTheTemporaryDirectory(Runners runners) throws IOException {
        String before = System.getProperty("java.io.tmpdir");
        Path temporary =
                Files.createDirectory(Path.of(before, "t" + runners.kind().ordinal()));
        System.setProperty("java.io.tmpdir", temporary.toString());
        try (ParallelRunner runner =
                runners.openUnmanaged(settings -> settings.processes(o -> o.maxTasksPerWorker(1)))) {
            String doomed = temporary.toString();
            runner.submit(() -> deleteTree(Path.of(doomed))).join();
            assertThat(runner.submit(() -> 2).join()).isEqualTo(2);
        } finally {
            System.setProperty("java.io.tmpdir", before);
            Files.createDirectories(temporary); // so that a failure above is the one that is seen
            deleteTree(temporary);
        }
    }

    @Row("H6")
    @EveryRunner(needs = Need.WORKER_JVM)
    void h6NeverMindsThatATaskClosesTheStandardStreams(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> {
                    System.in.close();
                    System.out.close();
                    System.err.close();
                    new FileOutputStream(FileDescriptor.out).close();
                    new FileOutputStream(FileDescriptor.err).close();
                })
                .join();
        int sum = IntStream.range(0, 20)
                .mapToObj(i -> runner.submit(() -> i))
                .mapToInt(TaskFuture::join)
                .sum();
        assertThat(sum).isEqualTo(190);
        assertThat(runner.stats().workersLost()).isZero();
    }

    /** Closes every pipe and socket of the worker's JVM but for its standard streams. */
    private static void closeAllConnections() throws Exception {
        Constructor<FileDescriptor> descriptor = FileDescriptor.class.getDeclaredConstructor(int.class);
        descriptor.setAccessible(true);
        List<Integer> connections;
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            connections = all.filter(DamagedSurroundingsTest::isConnection)
                    .map(path -> Integer.parseInt(path.getFileName().toString()))
                    .filter(number -> number > 2)
                    .toList();
        }
        for (int number : connections) {
            new FileOutputStream(descriptor.newInstance(number)).close();
        }
    }

    private static boolean isConnection(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }

    @Row("H6")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void h6EndsAWorkerWithoutItsConnection(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(
                o -> o.jvmArgs("-XX:TieredStopAtLevel=1", "--add-opens=java.base/java.io=ALL-UNNAMED")));
        Marks pids = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            pids.make(ProcessHandle.current().pid());
            closeAllConnections();
            Thread.sleep(Duration.ofMinutes(2).toMillis());
        });
        // it may notice by itself, at its next heartbeat, before it is killed for being cut off
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(
                        WorkerLostException.class,
                        failure -> assertThat(failure.loss().verdict()).isIn(Verdict.CHANNEL_BROKEN, Verdict.EXITED));
        assertThat(Processes.isAlive(Long.parseLong(pids.all().get(0)))).isFalse();
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }
}

package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Captured;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Ways in which a worker dies or should have died, and what its certificate says. */
final class WorkerDeathTest {

    private static final Path OWN_SCORE = Path.of("/proc/self/oom_score_adj");

    private static WorkerLoss lossOf(TaskFuture<?> future) {
        return catchThrowableOfType(WorkerLostException.class, future::join).loss();
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    @Row("W6")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void w6KeepsWhatTheJvmSaidOfItsCrash(Runners runners) throws Exception {
        Path directory = runners.newDirectory();
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.workingDirectory(directory)));
        runner.submit(() -> 1).join();
        long begin = System.nanoTime();
        WorkerLoss loss = lossOf(runner.submit(Disaster.NATIVE_CRASH::strike));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        assertThat(loss.verdict()).isEqualTo(Verdict.NATIVE_CRASH);
        assertThat(loss.signal()).contains("SIGABRT");
        assertThat(loss.crashLog()).get().satisfies(log -> assertThat(log).exists());
        runner.close();

        assertThat(loss.crashLog()).get().satisfies(log -> assertThat(log).doesNotExist());
        assertThat(loss.problematicFrame()).get().asString().contains("libjvm");
        assertThat(loss.crashExcerpt())
                .anySatisfy(line -> assertThat(line).startsWith("SIGSEGV"))
                .anySatisfy(line -> assertThat(line).startsWith("Current thread"))
                .anySatisfy(line -> assertThat(line).contains("Disaster.writeToAddressZero"));
        assertThat(directory).as("no core, no crash log").isEmptyDirectory();
        assertThat(Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), String.valueOf(loss.pid())))
                .doesNotExist();
    }

    @Row("W7")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void w7TakesAnExitForADeathAlsoIfItsCodeIsZero(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThat(lossOf(runner.submit(() -> System.exit(0)))).satisfies(loss -> {
            assertThat(loss.verdict()).isEqualTo(Verdict.EXITED);
            assertThat(loss.exitCode()).hasValue(0);
        });
        assertThat(runner.stats().workersLost())
                .as("counted before anybody hears of it")
                .isEqualTo(1);
    }

    @Row("W8")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void w8WaitsForNoHookThatHangs(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> 1).join();
        long begin = System.nanoTime();
        WorkerLoss loss = lossOf(runner.submit(() -> {
            Runtime.getRuntime().addShutdownHook(new Thread(LockSupport::park));
            System.exit(4);
        }));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(6));
        assertThat(loss.verdict()).isEqualTo(Verdict.EXITED);
        assertThat(loss.interventions())
                .containsExactly("SIGKILL: its JVM was shutting down, and had not ended after PT2S");
        assertThat(Processes.isAlive(loss.pid())).isFalse();
    }

    @Row("W9")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void w9TellsAFullHeapFromAnExitAlsoIfTheTaskWouldCatchIt(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.maxHeap("32m")));
        WorkerLoss loss = lossOf(runner.submit(() -> {
            List<long[]> held = new ArrayList<>();
            try {
                while (true) {
                    held.add(new long[1 << 16]);
                }
            } catch (OutOfMemoryError e) {
                return held.size();
            }
        }));
        assertThat(loss.verdict()).isEqualTo(Verdict.HEAP_EXHAUSTED);
        assertThat(loss.exitCode()).hasValue(3);
        assertThat(loss.command()).contains("-Xmx33554432").noneMatch(argument -> argument.startsWith("@"));
    }

    @Row("W10")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void w10RecyclesAWorkerAfterAnErrorThatItsJvmSurvived(Runners runners) {
        ParallelRunner runner =
                runners.open(settings -> settings.processes(o -> o.jvmArgs("-XX:MaxDirectMemorySize=4m")));
        long first = runner.submit(WorkerDeathTest::pid).join();
        assertThat(catchThrowableOfType(
                        TaskFailedException.class,
                        runner.submit(() -> ByteBuffer.allocateDirect(8 << 20).capacity())::join))
                .hasCauseInstanceOf(OutOfMemoryError.class);
        long second = runner.submit(WorkerDeathTest::pid).join();
        assertThat(catchThrowableOfType(TaskFailedException.class, runner.submit(() -> WorkerDeathTest.deep(0))::join))
                .hasCauseInstanceOf(StackOverflowError.class);
        long third = runner.submit(WorkerDeathTest::pid).join();
        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        assertThat(runner.stats().workersLost()).isZero();
        assertThat(runner.stats().workersRecycled()).isEqualTo(2);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int deep(int depth) {
        return deep(depth + 1) + 1;
    }

    @Row("W11")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void w11OffersWorkersToTheKernelBeforeThisJvm(Runners runners) throws Exception {
        if (!Files.isWritable(OWN_SCORE)) {
            return; // not Linux: nobody asks there
        }
        int ours = Integer.parseInt(Files.readString(OWN_SCORE).strip());
        String theirs =
                runners.shared().submit(() -> Files.readString(OWN_SCORE)).join();
        assertThat(Integer.parseInt(theirs.strip())).isEqualTo(Math.max(500, ours));
    }

    @Row("H4")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void h4TakesABusyTaskForNoHang(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.heartbeat(Duration.ofMillis(30))));
        long pid = runner.submit(WorkerDeathTest::pid).join();
        long busyPid = runner.submit(() -> {
                    long end = System.nanoTime() + Duration.ofMillis(900).toNanos();
                    while (System.nanoTime() < end) {
                        Thread.interrupted();
                    }
                    return pid();
                })
                .join();
        assertThat(busyPid)
                .as("three hang limits long it said nothing of the task")
                .isEqualTo(pid);
    }

    @Row("X9")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void x9LosesNothingToAGrandchildThatSharesItsStreams(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks children = runners.marks();
        runner.submit(() -> {
                    children.make(new ProcessBuilder("cat").inheritIO().start().pid());
                    children.make(new ProcessBuilder("sleep", "60")
                            .inheritIO()
                            .start()
                            .pid());
                })
                .join();
        for (int i = 0; i < 20; i++) {
            int sent = i;
            assertThat(runner.submit(() -> sent).join()).isEqualTo(sent);
        }
        long begin = System.nanoTime();
        WorkerLoss loss = lossOf(runner.submit(() -> Runtime.getRuntime().halt(9)));
        assertThat(loss.exitCode()).hasValue(9);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        for (String child : children.all()) {
            ProcessHandle.of(Long.parseLong(child)).ifPresent(ProcessHandle::destroyForcibly);
            Eventually.holds("end of " + child, () -> !Processes.isAlive(Long.parseLong(child)));
        }
    }

    @Row("X10")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void x10IsNotStalledByAFloodOfOutput(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> 1).join();
        int lines = 300_000;
        long begin = System.nanoTime();
        try (Captured log = Captured.of("dev.tandem.worker")) {
            runner.submit(() -> {
                        byte[] line = "0123456789".repeat(10).concat("\n").getBytes(StandardCharsets.US_ASCII);
                        for (int i = 0; i < lines; i++) {
                            System.out.write(line, 0, line.length);
                        }
                        System.out.println("\u001b[31mthe last line\u001b[0m");
                    })
                    .join();
            runner.close();
            long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds() + 1;
            assertThat(seconds).isLessThan(20);
            assertThat(log.count()).isLessThan((int) (42_000 + seconds * 11_000));
            assertThat(log.warnings())
                    .anySatisfy(warning ->
                            assertThat(warning.getFormattedMessage()).contains("of its output were not logged"));
        }
    }
}

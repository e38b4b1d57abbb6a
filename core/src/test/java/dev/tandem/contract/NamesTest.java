package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskAction;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Whoever lists processes and threads finds runners, workers and tasks by their names. */
final class NamesTest {

    private static final Set<String> OF_THE_JVM = Set.of(
            "Reference Handler",
            "Finalizer",
            "Signal Dispatcher",
            "Service Thread",
            "Monitor Deflation Thread",
            "C1 CompilerThread0",
            "C2 CompilerThread0",
            "Notification Thread",
            "Common-Cleaner",
            "Attach Listener",
            "DestroyJavaVM");

    private static String nameOf(ParallelRunner runner) {
        String text = runner.toString();
        return text.substring(0, text.indexOf('['));
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !OF_THE_JVM.contains(name))
                .toList();
    }

    private static Path performanceFile(long pid) {
        return Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), Long.toString(pid));
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void namesTheThreadOfATaskThatHasAName(Runners runners) {
        ParallelRunner runner = runners.open(1);
        String worker = nameOf(runner) + "-worker-0";
        TaskFuture<String> named = runner.with(TaskOptions.defaults().named("parse"))
                .submit(() -> Thread.currentThread().getName());
        assertThat(named.join()).isEqualTo(worker + " task 1 \"parse\"");
        assertThat(runner.submit(() -> Thread.currentThread().getName()).join())
                .startsWith(worker)
                .doesNotContain("parse");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void namesEveryThreadOfAWorkerAfterRunnerAndWorker(Runners runners) {
        ParallelRunner runner = runners.open(1);
        String name = nameOf(runner);
        String worker = name + "-worker-0";
        List<String> there = runner.with(TaskOptions.defaults().named("look"))
                .submit(NamesTest::threads)
                .join();
        assertThat(there)
                .containsExactlyInAnyOrder(
                        worker + " task 1 \"look\"",
                        worker + "-receiver",
                        worker + "-beacon",
                        worker + "-parent-watch");
        assertThat(threads()).as("in this JVM").contains(name + "-reader-0", name + "-output-0", name + "-timer");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void showsRunnerAndWorkerInJpsAndLeavesNoFile(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(1);
        long listed = pid(runner);
        assertThat(jps())
                .anySatisfy(line -> assertThat(line)
                        .startsWith(listed + " dev.tandem.internal.worker.WorkerMain " + nameOf(runner)
                                + "-worker-0 pipes:"))
                .anySatisfy(line ->
                        assertThat(line).startsWith(ProcessHandle.current().pid() + " "));
        assertThat(performanceFile(listed)).exists();
        List<Long> gone = new ArrayList<>();
        List<TaskAction> ends =
                List.of(Disaster.EXIT_0::strike, Disaster.SIGKILL::strike, NamesTest::fillTheHeap, () -> {});
        for (TaskAction end : ends) {
            gone.add(pid(runner));
            TaskFuture<Void> future = runner.submit(end);
            future.stopped().toCompletableFuture().join();
        }
        assertThat(runner.stats().workersLost()).isEqualTo(3);
        runner.close();
        assertThat(gone).allSatisfy(pid -> assertThat(performanceFile(pid)).doesNotExist());
    }

    private static long pid(ParallelRunner runner) {
        return runner.submit(() -> ProcessHandle.current().pid()).join();
    }

    private static void fillTheHeap() {
        assertThat(new byte[1 << 30]).as("more than there is").isNull();
    }

    private static List<String> jps() throws Exception {
        Path answer = Files.createTempFile("jps", ".txt");
        try {
            Process jps = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jps")
                                    .toString(),
                            "-lm")
                    .redirectOutput(answer.toFile())
                    .start();
            assertThat(jps.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return Files.readAllLines(answer);
        } finally {
            Files.delete(answer);
        }
    }
}

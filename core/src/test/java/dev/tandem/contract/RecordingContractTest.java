package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.FullQueue;
import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.Progress;
import dev.tandem.RetryPolicy;
import dev.tandem.RunnerStats;
import dev.tandem.RunnerTimes;
import dev.tandem.TaskContext;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerStats;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import dev.tandem.testing.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a runner records of its tasks and workers can be written, and is what has happened. */
final class RecordingContractTest {

    @EveryRunner(needs = Need.ASYNC)
    void tracesEachTaskOnce(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(2).recordEvents(10_000));
        Path file = runners.newDirectory().resolve("deeper/trace.json");
        runner.with(runner.options().named("<b>\"it\"</b>"))
                .submit(() -> {
                    TaskContext.current().report(new Progress(1, 2, "half"));
                    return 7;
                })
                .join();
        assertThat(catchThrowable(
                        () -> runner.submit(() -> Integer.parseInt("x")).join()))
                .isNotNull();
        runner.map(IntStream.range(0, 20).boxed().toList(), x -> x + 1).join();
        runner.writeTrace(file);

        Trace trace = new Trace(file);
        assertThat(trace.slices("SUCCEEDED").stream()
                        .mapToDouble(slice -> number(slice, "inputs"))
                        .sum())
                .isEqualTo(21);
        assertThat(trace.slices("SUCCEEDED"))
                .anySatisfy(slice -> assertThat((String) slice.get("name")).isEqualTo("<b>\"it\"</b> (task 1)"));
        assertThat(trace.slices("FAILED"))
                .singleElement()
                .satisfies(slice ->
                        assertThat(args(slice).get("failure").toString()).contains("NumberFormatException"));
        assertThat(trace.phase("f")).hasSize(trace.slices("SUCCEEDED").size() + 1);
        assertThat(trace.phase("i"))
                .anySatisfy(event -> assertThat(event.get("name")).isEqualTo("progress"));
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void reportsOnOnePageWithoutScriptsOrNetwork(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).recordEvents(100));
        Path file = runners.newDirectory().resolve("report.html");
        runner.writeReport(file);
        assertThat(Files.readString(file)).contains("No task was submitted.");
        TaskFuture<Void> bad = runner.with(runner.options().named("<script>'x'</script>"))
                .submit(() -> {
                    throw new IllegalStateException("</pre><img src=https://example.org/x.png>");
                });
        assertThat(catchThrowable(bad::join)).isNotNull();
        runner.writeReport(file);
        assertThat(Files.readString(file))
                .startsWith("<!DOCTYPE html>")
                .contains("1 task failed", "&lt;script&gt;&#39;x&#39;&lt;/script&gt;", "prefers-color-scheme:dark")
                .doesNotContain("<script", "<img", "url(", "@import")
                .endsWith("</html>\n");
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void tracesEachAttemptAndWhatStillRuns(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).recordEvents(10_000));
        Path file = runners.newDirectory().resolve("trace.json");
        Gate gate = runners.gate();
        assertThat(catchThrowable(() -> runner.with(
                                runner.options().retry(RetryPolicy.retries(1).on(failure -> true)))
                        .submit(() -> Integer.parseInt("x"))
                        .join()))
                .isNotNull();
        TaskFuture<Void> running = runner.submit(gate::await);
        TaskFuture<Void> waiting = runner.submit(gate::await);
        Eventually.holds("runs", () -> running.status() == TaskStatus.RUNNING);
        runner.writeTrace(file);
        Trace trace = new Trace(file);
        assertThat(trace.slices("TRIED_AGAIN"))
                .as("the attempt that was tried again")
                .hasSize(1);
        assertThat(trace.slices("FAILED")).hasSize(1);
        assertThat(trace.slices("RUNNING")).hasSize(1);
        assertThat(trace.slices("submit")).hasSize(4);

        assertThat(running.cancel()).isTrue();
        gate.open();
        waiting.join();
        running.stopped().toCompletableFuture().join();
        runner.writeTrace(file);
        assertThat(new Trace(file).slices("CANCELLED")).hasSize(1);
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void dropsTheOldestEventsFirst(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).recordEvents(30));
        Path file = runners.newDirectory().resolve("trace.json");
        for (int i = 0; i < 50; i++) {
            int number = i;
            assertThat(runner.submit(() -> number).join()).isEqualTo(i);
        }
        runner.writeTrace(file);
        assertThat(new Trace(file).slices("SUCCEEDED"))
                .hasSize(10)
                .allSatisfy(slice -> assertThat(number(slice, "task")).isGreaterThan(40));
    }

    @EveryRunner(eachTransport = false)
    void saysHowToRecord(Runners runners) {
        Path file = runners.newDirectory().resolve("trace.json");
        assertThatThrownBy(() -> runners.open(1).writeTrace(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("recordEvents(100_000)")
                .hasMessageContaining("-Dtandem.recordEvents")
                .message()
                .satisfies(message ->
                        assertThat(message.contains("inline() has no options")).isEqualTo(!runners.have(Need.ASYNC)));
        assertThat(file).doesNotExist();
    }

    /** Of a chunk whose third input fails two have succeeded: as the stats say. */
    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void countsEachInputAsTheStatsDo(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).recordEvents(10_000));
        List<Integer> inputs = IntStream.range(0, 100).boxed().toList();
        TaskOptions options = runner.options().chunkSize(10).window(100);
        try (Stream<Outcome<Integer, Integer>> all = runner.with(options).outcomes(inputs, x -> 6 / (x % 2))) {
            assertThat(all.filter(Outcome.Failure.class::isInstance)).hasSize(50);
        }
        try (Stream<Outcome<Integer, Integer>> all = runner.with(
                        options.retry(RetryPolicy.retries(1).on(failure -> true)))
                .outcomes(inputs.subList(0, 20), x -> 6 / (x % 5))) {
            assertThat(all.filter(Outcome.Failure.class::isInstance)).hasSize(4);
        }
        Eventually.holds("idle", () -> runner.stats().busyWorkers() == 0);
        assertThat(runner.stats().succeeded()).isEqualTo(66);
        assertThat(runner.stats().failed()).isEqualTo(54);
        Path file = runners.newDirectory().resolve("report.html");
        runner.writeReport(file);
        assertThat(Files.readString(file))
                .contains("<b>120</b><span>tasks", "<b>66</b><span>succeeded", "<b>54</b><span>failed")
                .contains("54 tasks failed", "4 attempts were in vain", "ArithmeticException: / by zero <b>× 58</b>");
        try (Stream<Integer> all =
                runner.with(runner.options().chunkSize(Integer.MAX_VALUE)).stream(List.of(1, 2), x -> x)) {
            assertThat(all).as("however large the chunk may be").containsExactly(1, 2);
        }
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void tellsWhatWasRefusedFromWhatHasFailed(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(settings -> settings.workers(1)
                .queueCapacity(1)
                .onFullQueue(FullQueue.REJECT)
                .recordEvents(1_000));
        Gate gate = runners.gate();
        TaskFuture<Void> first = runner.submit(gate::await);
        Eventually.holds("runs", () -> first.status() == TaskStatus.RUNNING);
        TaskFuture<Void> second = null;
        int refused = 0;
        for (int i = 0; i < 6; i++) {
            try {
                second = runner.submit(gate::await);
            } catch (RejectedExecutionException e) {
                refused++;
            }
        }
        assertThat(catchThrowable(() -> runner.map(List.of(1, 2, 3), x -> x)))
                .isInstanceOf(RejectedExecutionException.class);
        gate.open();
        first.join();
        assertThat((Object) second).isNotNull();
        second.join();
        long submitted = runner.stats().submitted();
        Path file = runners.newDirectory().resolve("report.html");
        runner.writeReport(file);
        assertThat(Files.readString(file))
                .contains(
                        "<b>" + submitted + "</b><span>task",
                        "<b>0</b><span>failed",
                        "<span>refused",
                        "more tasks were refused",
                        "<h2>Refused</h2>")
                .doesNotContain(" failed:", "<h2>Failures</h2>");
        Path trace = runners.newDirectory().resolve("trace.json");
        runner.writeTrace(trace);
        assertThat(new Trace(trace)
                        .phase("i").stream()
                                .filter(event -> event.get("name").toString().startsWith("refused ")))
                .hasSizeGreaterThanOrEqualTo(refused);
    }

    /** The future is done, so the report counts it as the stats do, however long its worker takes to stop. */
    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void countsWhatIsGivenUpThoughItHasNotStopped(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(
                settings -> settings.workers(1).grace(Duration.ofSeconds(20)).recordEvents(1_000));
        Gate gate = runners.gate();
        runner.submit(() -> {}).join(); // a cold worker takes its time
        TaskFuture<Void> stubborn =
                runner.with(runner.options().timeout(Duration.ofMillis(20))).submit(gate::awaitStubbornly);
        assertThatThrownBy(stubborn::join).isInstanceOf(TaskTimeoutException.class);
        Path file = runners.newDirectory().resolve("report.html");
        runner.writeReport(file);
        assertThat(runner.stats().failed()).isEqualTo(1);
        assertThat(Files.readString(file))
                .contains(
                        "1 task failed",
                        "<b>1</b><span>failed",
                        "<b>1</b><span>still stopping",
                        "FAILED, still stopping")
                .contains("<b>2</b><span>tasks", "<b>1</b><span>succeeded")
                .doesNotContain("Nothing stands in the way");
        gate.open();
        stubborn.stopped().toCompletableFuture().join();
        Eventually.holds("recorded, a moment after whoever waited for it was told", () -> {
            runner.writeReport(file);
            return !Files.readString(file).contains("still stopping");
        });
        assertThat(Files.readString(file)).contains("1 task failed");
    }

    @EveryRunner(eachTransport = false)
    void timesInputsWithoutRecordingToo(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.with(runner.options().chunkSize(1))
                .map(List.of(1, 2, 3, 4), x -> {
                    Thread.sleep(20);
                    return x;
                })
                .join();
        for (int size : List.of(1, 7, 40)) {
            List<Integer> inputs = IntStream.range(0, size).boxed().toList();
            runner.map(inputs, x -> x + 1).join();
            try (Stream<Integer> all = runner.stream(inputs, x -> x + 1)) {
                assertThat(all).hasSize(size);
            }
        }
        Eventually.holds("idle", () -> runner.stats().busyWorkers() == 0);
        RunnerTimes times = runner.stats().times();
        assertThat(times.run().count()).isGreaterThanOrEqualTo(4 + 6);
        assertThat(times.queueWait().count()).isEqualTo(times.run().count());
        if (runners.have(Need.ASYNC)) {
            assertThat(times.queueWait().max()).isGreaterThan(Duration.ofMillis(30)); // the fourth waits for three
        }
        assertThat(times.encoding().isZero()).isEqualTo(!runners.have(Need.WORKER_JVM));
    }

    @EveryRunner(eachTransport = false)
    void timesWithoutRecordingToo(Runners runners) {
        ParallelRunner runner = runners.open(1);
        for (int i = 0; i < 20; i++) {
            runner.submit(() -> Thread.sleep(2)).join();
        }
        RunnerStats stats = runner.stats();
        assertThat(stats.started()).isEqualTo(20);
        assertThat(stats.times().run().count()).isEqualTo(20);
        assertThat(stats.times().queueWait().count()).isEqualTo(20);
        assertThat(stats.times().run().median().toNanos()).isGreaterThan(1_900_000);
        assertThat(stats.times().busyShare()).isBetween(0.0, 1.0).isPositive();
        assertThat(stats.times().bytesSent() > 0).isEqualTo(runners.have(Need.WORKER_JVM));
        assertThat(stats.times().bytesReceived() > 0).isEqualTo(runners.have(Need.WORKER_JVM));
    }

    /** One definition: what was sent for tasks and what came back for them, whoever adds it up. */
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void countsBytesInTheSameWayEverywhere(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).recordEvents(10_000));
        String text = "x".repeat(3_000);
        assertThat(runner.submit(() -> text.length()).join()).isEqualTo(3_000);
        for (int i = 0; i < 3; i++) { // from then on chunks are in memory that both share
            long before = runner.stats().times().bytesReceived();
            runner.map(IntStream.range(0, 50).boxed().toList(), x -> x + 1_000_000)
                    .join();
            assertThat(runner.stats().times().bytesReceived() - before).isGreaterThan(50 * Integer.BYTES);
        }
        assertThat(catchThrowable(
                        () -> runner.submit(() -> Integer.parseInt(text)).join()))
                .isNotNull();
        assertThat(catchThrowable(
                        () -> runner.map(List.of(1, 2, 0, 3), x -> 6 / x).join()))
                .isNotNull();
        Eventually.holds("idle", () -> runner.stats().busyWorkers() == 0);
        Path trace = runners.newDirectory().resolve("trace.json");
        runner.writeTrace(trace);
        Path report = runners.newDirectory().resolve("report.html");
        runner.writeReport(report);

        RunnerTimes times = runner.stats().times();
        Trace read = new Trace(trace);
        assertThat(times.bytesSent()).isGreaterThan(6_000);
        assertThat(times.bytesReceived()).isGreaterThan(3 * 50 * Integer.BYTES);
        assertThat(read.slices("submit").stream()
                        .mapToDouble(slice -> number(slice, "bytes"))
                        .sum())
                .isEqualTo(times.bytesSent());
        assertThat(Stream.of("SUCCEEDED", "FAILED", "CANCELLED", "TRIED_AGAIN")
                        .flatMap(outcome -> read.slices(outcome).stream())
                        .mapToDouble(slice -> number(slice, "bytesBack"))
                        .sum())
                .isEqualTo(times.bytesReceived());
        assertThat(Files.readString(report))
                .containsPattern(
                        "B of code and arguments were sent to worker JVMs, [0-9.]+ KB of results and exceptions");
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void knowsWhatEachWorkerDoes(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        TaskFuture<Void> running = runner.with(runner.options().named("long")).submit(gate::await);
        Eventually.holds("runs", () -> running.status() == TaskStatus.RUNNING);
        assertThat(runner.workerStats()).singleElement().satisfies(worker -> {
            assertThat(worker.index()).isZero();
            assertThat(worker.state()).isEqualTo(WorkerStats.State.BUSY);
            assertThat(worker.task().orElse("")).contains("task 1 \"long\"");
            assertThat(worker.pid().orElse(0)).isPositive();
            assertThat(worker.memoryBytes().isPresent())
                    .isEqualTo(runners.have(Need.WORKER_JVM)
                            && Path.of("/proc/self/status").toFile().exists());
        });
        gate.open();
        running.join();
        Eventually.holds("idle", () -> runner.workerStats().get(0).state() == WorkerStats.State.IDLE);
        assertThat(runner.workerStats().get(0).busyShare()).isPositive();
    }

    private static Map<?, ?> args(Map<String, Object> slice) {
        return (Map<?, ?>) slice.get("args");
    }

    private static double number(Map<String, Object> slice, String name) {
        return (Double) args(slice).get(name);
    }
}

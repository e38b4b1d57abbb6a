package dev.tandem.observe;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerStats;
import dev.tandem.TimeSpread;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The numbers of {@link ParallelRunner#stats()} as meters of Micrometer.
 *
 * <pre>{@code
 * new RunnerMetrics(runner, "thumbnails").bindTo(registry);
 * }</pre>
 *
 * <table>
 * <caption>The meters; all have the tag {@code runner}</caption>
 * <tr><th>name</th><th>kind</th><th>what</th></tr>
 * <tr><td>{@code tandem.tasks.submitted}, {@code .started}, {@code .timed.out}, {@code .retried}</td><td>counters</td><td>tasks</td></tr>
 * <tr><td>{@code tandem.tasks.done}</td><td>counter</td><td>tasks, by the tag {@code outcome}: succeeded, failed, cancelled</td></tr>
 * <tr><td>{@code tandem.tasks.queued}, {@code .running}</td><td>gauges</td><td>tasks</td></tr>
 * <tr><td>{@code tandem.tasks.wait}, {@code .run}, {@code .crossing}</td><td>timers</td><td>time of tasks; with {@code .percentile} behind the name gauges, by the
 *     tag {@code phi}: 0.5, 0.9, 0.99</td></tr>
 * <tr><td>{@code tandem.workers}, {@code .busy}, {@code .busy.share}</td><td>gauges</td><td>workers, and the share of their time, from 0 to 1, that they
 *     worked on tasks which are over</td></tr>
 * <tr><td>{@code tandem.workers.started}, {@code .lost}, {@code .recycled}, {@code .killed}, {@code .stopped}</td><td>counters</td><td>workers</td></tr>
 * <tr><td>{@code tandem.threads.abandoned}</td><td>counter</td><td>threads that ignored their interrupt</td></tr>
 * <tr><td>{@code tandem.bytes.sent}, {@code .received}, {@code .spared}</td><td>counters</td><td>bytes to and from worker JVMs, and bytes that needed not be sent</td></tr>
 * <tr><td>{@code tandem.fallbacks}</td><td>counter</td><td>how often a slower way had to do, since a directory or the memory of this machine refused</td></tr>
 * </table>
 *
 * <p>To bind twice to one registry changes nothing. Each reading takes a snapshot of its own, so two
 * meters that are read one after the other need not belong together. The registry does not keep the runner from being collected; a runner that is
 * gone is no longer counted. Immutable and safe for use by any number of threads.
 */
public final class RunnerMetrics implements MeterBinder {

    private final ParallelRunner runner;
    private final Tags tags;

    /**
     * Meters of one runner.
     *
     * @param runner whose numbers they show
     * @param name the value of the tag {@code runner}
     */
    public RunnerMetrics(ParallelRunner runner, String name) {
        this.runner = Objects.requireNonNull(runner, "runner");
        this.tags = Tags.of("runner", Objects.requireNonNull(name, "name"));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        new Binding(runner, tags, registry).bind();
    }

    private record Binding(ParallelRunner runner, Tags tags, MeterRegistry registry) {

        void bind() {
            count("tandem.tasks.submitted", "tasks that were accepted", RunnerStats::submitted);
            count("tandem.tasks.started", "tasks that a worker has begun with", RunnerStats::started);
            outcome("succeeded", RunnerStats::succeeded);
            outcome("failed", RunnerStats::failed);
            outcome("cancelled", RunnerStats::cancelled);
            count("tandem.tasks.timed.out", "failed tasks that took or waited too long", RunnerStats::timedOut);
            count("tandem.tasks.retried", "attempts that followed a failed one", RunnerStats::retried);
            gauge("tandem.tasks.queued", "tasks that wait", RunnerStats::queued);
            gauge("tandem.tasks.running", "tasks that run", RunnerStats::running);
            gauge("tandem.workers", "workers that are alive", RunnerStats::workers);
            gauge("tandem.workers.busy", "workers that are occupied", RunnerStats::busyWorkers);
            gauge(
                    "tandem.workers.busy.share",
                    "the share of their time that workers worked on tasks which are over",
                    stats -> stats.times().busyShare());
            count("tandem.workers.started", "workers that were started", RunnerStats::workersStarted);
            count("tandem.workers.lost", "workers that died unasked", RunnerStats::workersLost);
            count("tandem.workers.recycled", "workers that were retired on purpose", RunnerStats::workersRecycled);
            count("tandem.workers.killed", "workers that were killed on purpose", RunnerStats::workersKilled);
            count("tandem.workers.stopped", "workers that were no longer needed", RunnerStats::workersStopped);
            count("tandem.threads.abandoned", "threads that ignored their interrupt", RunnerStats::abandonedThreads);
            bytes("tandem.bytes.sent", "to worker JVMs", stats -> stats.times().bytesSent());
            bytes(
                    "tandem.bytes.spared",
                    "not sent to worker JVMs, which find them in a file",
                    stats -> stats.times().bytesSpared());
            bytes(
                    "tandem.bytes.received",
                    "from worker JVMs",
                    stats -> stats.times().bytesReceived());
            count(
                    "tandem.fallbacks",
                    "slower ways that had to do, since a directory or memory refused",
                    stats -> stats.times().fallbacks());
            times(
                    "tandem.tasks.wait",
                    "from submit until a worker began",
                    stats -> stats.times().queueWait());
            times("tandem.tasks.run", "code of the task", stats -> stats.times().run());
            times(
                    "tandem.tasks.crossing",
                    "to a worker JVM and back",
                    stats -> stats.times().crossing());
        }

        private void outcome(String outcome, ToLongFunction<RunnerStats> number) {
            FunctionCounter.builder("tandem.tasks.done", runner, of -> number.applyAsLong(of.stats()))
                    .description("tasks that are over")
                    .tags(tags.and("outcome", outcome))
                    .register(registry);
        }

        private void count(String name, String what, ToLongFunction<RunnerStats> number) {
            FunctionCounter.builder(name, runner, of -> number.applyAsLong(of.stats()))
                    .description(what)
                    .tags(tags)
                    .register(registry);
        }

        private void bytes(String name, String what, ToLongFunction<RunnerStats> number) {
            FunctionCounter.builder(name, runner, of -> number.applyAsLong(of.stats()))
                    .description(what)
                    .baseUnit(BaseUnits.BYTES)
                    .tags(tags)
                    .register(registry);
        }

        private void gauge(String name, String what, ToDoubleFunction<RunnerStats> number) {
            Gauge.builder(name, runner, of -> number.applyAsDouble(of.stats()))
                    .description(what)
                    .tags(tags)
                    .register(registry);
        }

        private void times(String name, String what, Function<RunnerStats, TimeSpread> spread) {
            FunctionTimer.builder(
                            name,
                            runner,
                            of -> spread.apply(of.stats()).count(),
                            of -> spread.apply(of.stats()).total().toNanos(),
                            TimeUnit.NANOSECONDS)
                    .description(what)
                    .tags(tags)
                    .register(registry);
            percentile(name, "0.5", spread.andThen(TimeSpread::median));
            percentile(name, "0.9", spread.andThen(TimeSpread::p90));
            percentile(name, "0.99", spread.andThen(TimeSpread::p99));
        }

        private void percentile(String name, String phi, Function<RunnerStats, Duration> time) {
            TimeGauge.builder(
                            name + ".percentile",
                            runner,
                            TimeUnit.NANOSECONDS,
                            of -> time.apply(of.stats()).toNanos())
                    .tags(tags.and("phi", phi))
                    .register(registry);
        }
    }
}

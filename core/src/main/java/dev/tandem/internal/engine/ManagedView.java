package dev.tandem.internal.engine;

import dev.tandem.RunnerMXBean;
import dev.tandem.RunnerStats;
import dev.tandem.WorkerStats;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A runner as management tools see it; thread-safe. */
final class ManagedView implements RunnerMXBean {

    private final WeakReference<RunnerContext> context;

    ManagedView(WeakReference<RunnerContext> context) {
        this.context = context;
    }

    private RunnerContext live() {
        RunnerContext live = context.get();
        if (live == null) {
            throw new IllegalStateException("the runner is gone");
        }
        return live;
    }

    private RunnerStats stats() {
        return live().engine().stats();
    }

    @Override
    public String getStrategy() {
        return live().engine().strategy().name();
    }

    @Override
    public int getWorkers() {
        return stats().workers();
    }

    @Override
    public int getStartingWorkers() {
        return stats().startingWorkers();
    }

    @Override
    public int getBusyWorkers() {
        return stats().busyWorkers();
    }

    @Override
    public double getBusyShare() {
        return stats().times().busyShare();
    }

    @Override
    public int getQueued() {
        return stats().queued();
    }

    @Override
    public int getRunning() {
        return stats().running();
    }

    @Override
    public long getSubmitted() {
        return stats().submitted();
    }

    @Override
    public long getSucceeded() {
        return stats().succeeded();
    }

    @Override
    public long getFailed() {
        return stats().failed();
    }

    @Override
    public long getCancelled() {
        return stats().cancelled();
    }

    @Override
    public long getRetried() {
        return stats().retried();
    }

    @Override
    public long getWorkersStarted() {
        return stats().workersStarted();
    }

    @Override
    public long getWorkersLost() {
        return stats().workersLost();
    }

    @Override
    public long getWorkersRecycled() {
        return stats().workersRecycled();
    }

    @Override
    public long getWorkersKilled() {
        return stats().workersKilled();
    }

    @Override
    public long getWorkersStopped() {
        return stats().workersStopped();
    }

    @Override
    public long getAbandonedThreads() {
        return stats().abandonedThreads();
    }

    @Override
    public double getQueueWaitMedianMillis() {
        return millis(stats().times().queueWait().median());
    }

    @Override
    public double getQueueWaitP99Millis() {
        return millis(stats().times().queueWait().p99());
    }

    @Override
    public double getRunMedianMillis() {
        return millis(stats().times().run().median());
    }

    @Override
    public double getRunP99Millis() {
        return millis(stats().times().run().p99());
    }

    @Override
    public long getBytesSent() {
        return stats().times().bytesSent();
    }

    @Override
    public long getBytesSpared() {
        return stats().times().bytesSpared();
    }

    @Override
    public long getBytesReceived() {
        return stats().times().bytesReceived();
    }

    @Override
    public long getFallbacks() {
        return stats().times().fallbacks();
    }

    @Override
    public String[] getWorkerLines() {
        List<WorkerStats> all = live().engine().workerStats();
        return all.stream().map(ManagedView::line).toArray(String[]::new);
    }

    @Override
    public String threadDump() {
        return Runner.threadDump(live());
    }

    private static String line(WorkerStats one) {
        String pid = one.pid().isPresent() ? " (pid " + one.pid().getAsLong() + ")" : "";
        String busy = String.format(Locale.ROOT, "%.0f %% busy", 100 * one.busyShare());
        return "worker " + one.index() + pid + ", " + one.state() + ", " + busy
                + one.task().map(task -> ", " + task).orElse("");
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}

package dev.tandem.internal.engine;

import dev.tandem.RunnerStats;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.WorkerStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An engine that runs nothing: the test says what happens to a submission, and looks at what was asked for. */
class ScriptedEngine implements Engine, Worker {

    final List<Batch> accepted = new CopyOnWriteArrayList<>();
    final List<Batch> readmitted = new CopyOnWriteArrayList<>();
    final List<Submission<?>> forgotten = new CopyOnWriteArrayList<>();
    final List<Long> interrupted = new CopyOnWriteArrayList<>();
    final List<Long> withdrawn = new CopyOnWriteArrayList<>();
    final List<Long> forced = new CopyOnWriteArrayList<>();
    Duration grace = Duration.ofMillis(20);

    @Nullable
    RuntimeException prepareFailure;

    @Nullable
    Supplier<RuntimeException> refusal;

    /** Claims and assigns a submission, as a dispatcher would. */
    long assign(RunnerContext context, Submission<?> submission) {
        long id = context.reserveAttemptIds(1);
        if (!submission.claim() || !submission.assign(this, id)) {
            throw new AssertionError("not to be had: " + submission.promise());
        }
        return id;
    }

    @Override
    public void accept(Batch batch, boolean overBound) {
        if (refusal != null) {
            throw refusal.get();
        }
        batch.queued();
        accepted.add(batch);
    }

    @Override
    public void readmit(Batch batch) {
        readmitted.add(batch);
    }

    @Override
    public void forget(Submission<?> submission) {
        forgotten.add(submission);
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public long pid() {
        return 0;
    }

    @Override
    public List<WorkerStats> workerStats() {
        return List.of();
    }

    @Override
    public String label() {
        return "scripted worker";
    }

    @Override
    public void interrupt(long attemptId) {
        interrupted.add(attemptId);
    }

    @Override
    public void withdraw(long attemptId) {
        withdrawn.add(attemptId);
    }

    @Override
    public void stopByForce(Submission<?> submission, long attemptId) {
        forced.add(attemptId);
    }

    @Override
    public void resize(int workers) {
        throw new UnsupportedOperationException("nobody resizes it");
    }

    @Override
    public Duration grace() {
        return grace;
    }

    @Override
    public Object prepareCode(UserCode code, TaskRef task) {
        if (prepareFailure != null) {
            throw prepareFailure;
        }
        return code;
    }

    @Override
    public @Nullable Object prepareInput(@Nullable Object input, Supplier<TaskRef> task) {
        return input;
    }

    @Override
    public Strategy strategy() {
        return Strategy.THREADS;
    }

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void becameIdle() {}

    @Override
    public boolean isInsideTask() {
        return false;
    }

    @Override
    public boolean mayHelp() {
        return false;
    }

    @Override
    public @Nullable Batch claimAny(int misses) {
        return null;
    }

    @Override
    public void help(Batch claimed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {}

    @Override
    public void shutdownNow() {}

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeoutNanos) {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public List<WorkerStacks> stacks() {
        return List.of();
    }

    @Override
    public RunnerStats stats() {
        throw new UnsupportedOperationException();
    }

    List<Submission<?>> acceptedSubmissions() {
        List<Submission<?>> all = new ArrayList<>();
        accepted.forEach(batch -> all.addAll(batch.submissions()));
        return all;
    }
}

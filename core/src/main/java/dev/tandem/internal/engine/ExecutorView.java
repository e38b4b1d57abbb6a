package dev.tandem.internal.engine;

import dev.tandem.NotTransferableException;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.Task;
import dev.tandem.TaskExecutorService;
import dev.tandem.TaskFuture;
import dev.tandem.TaskStatus;
import dev.tandem.internal.task.PlainTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code ExecutorService} face of a runner: the whole contract, for code that knows nothing of tasks.
 *
 * <p>It shares the runner: shutting the view down shuts the runner down. Thread-safe.
 */
final class ExecutorView implements TaskExecutorService {

    private static final Logger log = LoggerFactory.getLogger(ParallelRunner.class);

    private final Runner runner;
    private final RunnerContext context;
    private final Engine engine;
    private final Map<TaskFuture<?>, Runnable> outstanding = new ConcurrentHashMap<>();

    ExecutorView(Runner runner, RunnerContext context) {
        this.runner = runner;
        this.context = context;
        this.engine = context.engine();
    }

    @Override
    public <T extends @Nullable Object> TaskFuture<T> submit(Task<T> task) {
        Objects.requireNonNull(task, "task");
        return remember(runner.submit(task), () -> run(task));
    }

    @Override
    public TaskFuture<?> submit(TaskRunnable task) {
        return submit((Runnable) task);
    }

    @Override
    public <T extends @Nullable Object> TaskFuture<T> submit(Callable<T> task) {
        Objects.requireNonNull(task, "task");
        return task instanceof Task<T> serializable ? submit(serializable) : submit(PlainTask.of(task));
    }

    @Override
    public TaskFuture<?> submit(Runnable task) {
        Objects.requireNonNull(task, "task");
        return this.<@Nullable Void>remember(runner.submit(PlainTask.of(task)), task);
    }

    @Override
    public <T extends @Nullable Object> TaskFuture<T> submit(Runnable task, T result) {
        Objects.requireNonNull(task, "task");
        return submit((Task<T>) () -> {
            task.run();
            return result;
        });
    }

    @Override
    public void execute(Runnable command) {
        TaskFuture<?> future = submit(command);
        if (future.isDone() && ((TaskPromise<?>) future).failure() instanceof NotTransferableException stuck) {
            throw new RejectedExecutionException(stuck.getMessage(), stuck);
        }
        future.whenComplete((ignored, failure) -> {
            if (failure != null && !(failure instanceof CancellationException)) {
                log.warn("A command given to execute() failed; nobody holds its future", failure);
            }
        });
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
        return invokeAll(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        long startedNanos = System.nanoTime();
        long limitNanos = unit.toNanos(timeout);
        List<Future<T>> futures = new ArrayList<>(tasks.size());
        boolean allEnded = false;
        try {
            for (Callable<T> task : tasks) {
                futures.add(submit(task));
            }
            for (Future<T> future : futures) {
                if (!ended(future, limitNanos - (System.nanoTime() - startedNanos))) {
                    return futures;
                }
            }
            allEnded = true;
            return futures;
        } finally {
            if (!allEnded) {
                futures.forEach(future -> future.cancel(true));
            }
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks) throws InterruptedException, ExecutionException {
        try {
            return firstSuccess(tasks, Long.MAX_VALUE);
        } catch (TimeoutException e) {
            throw new AssertionError("no limit was set", e);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return firstSuccess(tasks, unit.toNanos(timeout));
    }

    @Override
    public void shutdown() {
        engine.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        Map<TaskFuture<?>, Runnable> queued = new LinkedHashMap<>();
        outstanding.forEach((future, task) -> {
            if (future.status() == TaskStatus.QUEUED) {
                queued.put(future, task);
            }
        });
        engine.shutdownNow();
        List<Runnable> neverStarted = new ArrayList<>();
        queued.forEach((future, task) -> { // some may have started meanwhile
            if (((TaskPromise<?>) future).stopOutcome() == StopOutcome.NOT_STARTED) {
                neverStarted.add(task);
            }
        });
        return neverStarted;
    }

    @Override
    public boolean isShutdown() {
        return engine.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return engine.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        if (!engine.isTerminated()) {
            EventThread.warnOfWait("the end of " + context.name());
        }
        return engine.awaitTermination(unit.toNanos(timeout));
    }

    @Override
    public void close() {
        runner.close();
    }

    private <T extends @Nullable Object> TaskFuture<T> remember(TaskFuture<T> future, Runnable task) {
        outstanding.put(future, task);
        future.stopped().thenRun(() -> outstanding.remove(future));
        return future;
    }

    private <T> T firstSuccess(Collection<? extends Callable<T>> tasks, long limitNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("invokeAny needs at least one task: tasks=0");
        }
        long startedNanos = System.nanoTime();
        LinkedBlockingQueue<TaskFuture<T>> arrivals = new LinkedBlockingQueue<>();
        List<TaskFuture<T>> futures = new ArrayList<>(tasks.size());
        try {
            for (Callable<T> task : tasks) {
                TaskFuture<T> future = submit(task);
                futures.add(future);
                future.whenComplete((value, failure) -> arrivals.add(future));
            }
            ExecutionException last = null;
            for (int answered = 0; answered < futures.size(); answered++) {
                if (arrivals.isEmpty()) {
                    EventThread.warnOfWait("the first of " + futures.size() + " tasks of " + context.name());
                }
                context.helpInterruptiblyUntil(
                        () -> !arrivals.isEmpty() || System.nanoTime() - startedNanos >= limitNanos,
                        () -> claimWaiting(futures),
                        RunnerContext::pauseBriefly);
                TaskFuture<T> next =
                        arrivals.poll(limitNanos - (System.nanoTime() - startedNanos), TimeUnit.NANOSECONDS);
                if (next == null) {
                    throw new TimeoutException("none of " + futures.size() + " tasks has succeeded; " + answered
                            + " have failed, the rest is cancelled");
                }
                try {
                    return next.get();
                } catch (ExecutionException | CancellationException e) {
                    last = e instanceof ExecutionException failed ? failed : new ExecutionException(e);
                }
            }
            throw Objects.requireNonNull(last);
        } finally {
            futures.forEach(future -> future.cancel(true));
        }
    }

    private static @Nullable Batch claimWaiting(List<? extends TaskFuture<?>> futures) {
        for (TaskFuture<?> future : futures) {
            Batch claimed = ((TaskPromise<?>) future).claimWaiting();
            if (claimed != null) {
                return claimed;
            }
        }
        return null;
    }

    private static boolean ended(Future<?> future, long limitNanos) throws InterruptedException {
        try {
            future.get(Math.max(0, limitNanos), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | CancellationException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static void run(Task<?> task) {
        try {
            task.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the task failed", e);
        }
    }
}

package dev.tandem.internal.threads;

import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.insight.Recorder;
import dev.tandem.internal.task.WorkerLocals;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * One thread that takes batches and runs them, until there are no more or it is given up.
 *
 * <p>A thread cannot be stopped. When a run ignores its interrupt for longer than the grace, its worker is given up: it takes
 * no more work, and its thread ends if its task ever does. Thread-safe.
 */
final class ThreadWorker implements Runnable {

    private static final ThreadLocal<@Nullable ThreadWorker> CURRENT = new ThreadLocal<>();

    private final ThreadEngine engine;
    private final RunnerContext context;
    private final int index;
    private final long askedForNanos;
    private final Thread thread;
    private final RunStack runs;
    private final WorkerLocals locals = new WorkerLocals();

    ThreadWorker(ThreadEngine engine, RunnerContext context, int index, ThreadFactory threads) {
        this.engine = engine;
        this.context = context;
        this.index = index;
        this.askedForNanos = context.nanoTime();
        this.thread = threads.newThread(this);
        String name = context.name() + "-worker-" + index;
        this.thread.setName(name);
        this.runs = new RunStack(
                context, index, name, thread, locals, (run, unstarted) -> engine.giveUp(this, run, unstarted));
    }

    /** The worker of {@code engine} whose thread is calling, or null. */
    static @Nullable ThreadWorker currentOf(ThreadEngine engine) {
        ThreadWorker worker = CURRENT.get();
        return worker != null && worker.engine == engine ? worker : null;
    }

    @Override
    public void run() {
        CURRENT.set(this);
        context.recorder().workerStarted(index, Recorder.THIS_JVM, askedForNanos);
        try {
            while (!runs.isGivenUp()) {
                Batch batch = engine.next(this);
                if (batch == null) {
                    break;
                }
                runs.runAll(batch);
            }
        } finally {
            locals.close();
            engine.ended(this);
        }
    }

    void start() {
        thread.start();
    }

    int index() {
        return index;
    }

    String name() {
        return runs.label();
    }

    RunStack runs() {
        return runs;
    }

    StackTraceElement[] stackTrace() {
        return thread.getStackTrace();
    }
}

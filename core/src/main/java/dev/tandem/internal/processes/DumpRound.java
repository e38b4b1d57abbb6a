package dev.tandem.internal.processes;

import dev.tandem.internal.engine.WorkerStacks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Asks all workers at once for the stacks of their threads, and waits for the answers. Used once, by one thread. */
final class DumpRound {

    /** How long all of it may take: some have to wait until others have answered, for asking costs a JVM each. */
    static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(1); // so that who has no answer can say why

    private final List<WorkerHandle> workers;
    private final AtomicReferenceArray<String> answers;
    private final CountDownLatch missing;

    DumpRound(List<WorkerHandle> workers) {
        this.workers = workers;
        this.answers = new AtomicReferenceArray<>(workers.size());
        this.missing = new CountDownLatch(workers.size());
    }

    List<WorkerStacks> take() {
        List<String> titles = workers.stream().map(WorkerHandle::title).toList();
        for (int i = 0; i < workers.size(); i++) {
            int place = i;
            try {
                workers.get(i).dump(answer -> answered(place, answer));
            } catch (RuntimeException | OutOfMemoryError e) { // the system gives no more threads
                answered(place, "no thread dump: " + e);
            }
        }
        String none = "";
        try {
            if (!missing.await(LIMIT_NANOS + SLACK_NANOS, TimeUnit.NANOSECONDS)) {
                none = "it had not answered after " + TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS) + " s";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            none = "who asked was interrupted before it had answered";
        }
        List<WorkerStacks> all = new ArrayList<>();
        for (int i = 0; i < titles.size(); i++) {
            String answer = answers.get(i);
            all.add(new WorkerStacks(titles.get(i), answer != null ? answer : "no thread dump: " + none));
        }
        return all;
    }

    private void answered(int place, String answer) {
        answers.set(place, answer);
        missing.countDown();
    }
}

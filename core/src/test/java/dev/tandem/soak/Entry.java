package dev.tandem.soak;

import dev.tandem.TaskFuture;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One task in the books: what may become of it, and what became of it. Its mutable part is atomic or volatile. */
final class Entry {

    private final SoakTask task;
    private final int retries;
    private final Set<Ending> allowed;
    private final AtomicInteger settlements = new AtomicInteger();

    // --- volatile: written by the submitter and by callbacks ---
    private volatile @Nullable TaskFuture<Object> future; // null until submit has returned, and if it was refused
    private volatile @Nullable Ending ending;
    private volatile boolean rightValue = true;
    private volatile String failure = "";

    Entry(SoakTask task, int retries, Set<Ending> allowed) {
        this.task = task;
        this.retries = retries;
        this.allowed = EnumSet.copyOf(allowed);
    }

    SoakTask task() {
        return task;
    }

    int retries() {
        return retries;
    }

    Set<Ending> allowed() {
        return allowed;
    }

    @Nullable
    TaskFuture<Object> future() {
        return future;
    }

    int settlements() {
        return settlements.get();
    }

    @Nullable
    Ending ending() {
        return ending;
    }

    boolean hasRightValue() {
        return rightValue;
    }

    void accepted(TaskFuture<Object> by) {
        future = by;
    }

    void settled(@Nullable Object value, @Nullable Throwable why) {
        if (why == null) {
            rightValue = value != null && task.deed().isResult(task.id(), value);
        } else {
            failure = String.valueOf(why);
        }
        ending = Ending.of(why);
        settlements.incrementAndGet();
    }

    @Override
    public String toString() {
        TaskFuture<Object> known = future;
        return "task " + task.id() + " of the books (" + (known == null ? "refused" : "task " + known.taskId()) + ", "
                + task.deed() + ", retries=" + retries + "): settled " + settlements + " times, " + ending
                + ", allowed were " + allowed + (failure.isEmpty() ? "" : "; " + failure);
    }
}

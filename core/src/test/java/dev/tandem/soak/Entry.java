package dev.tandem.soak;

import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One task in the books: what may become of it, and what became of it. Its mutable part is atomic or volatile. */
final class Entry {

    private final long id;
    private final Deed deed;
    private final int retries;
    private final Set<Ending> allowed;
    private final AtomicInteger settlements = new AtomicInteger();

    // --- volatile: written by the submitter and by callbacks ---
    private volatile @Nullable TaskFuture<Object>
            future; // from when submit returned until it was settled: values are large
    private volatile @Nullable CompletionStage<StopOutcome> stopped; // null if it was refused
    private volatile long taskId;
    private volatile @Nullable Ending ending;
    private volatile boolean rightValue = true;
    private volatile String failure = "";

    Entry(long id, Deed deed, int retries, Set<Ending> allowed) {
        this.id = id;
        this.deed = deed;
        this.retries = retries;
        this.allowed = EnumSet.copyOf(allowed);
    }

    long id() {
        return id;
    }

    int retries() {
        return retries;
    }

    Set<Ending> allowed() {
        return allowed;
    }

    boolean isAccepted() {
        return stopped != null;
    }

    boolean isOpen() {
        TaskFuture<Object> known = future;
        return known != null && !known.isDone();
    }

    /** How the work ended; only of what was accepted. */
    CompletionStage<StopOutcome> stopped() {
        return Objects.requireNonNull(stopped);
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
        taskId = by.taskId();
        future = by;
        stopped = by.stopped();
    }

    void settled(@Nullable Object value, @Nullable Throwable why) {
        if (why == null) {
            rightValue = value != null && deed.isResult(id, value);
        } else {
            failure = String.valueOf(why);
        }
        ending = Ending.of(why);
        future = null;
        settlements.incrementAndGet();
    }

    @Override
    public String toString() {
        return "task " + id + " of the books (" + (isAccepted() ? "task " + taskId : "refused") + ", " + deed
                + ", retries=" + retries + "): settled " + settlements + " times, " + ending
                + ", allowed were " + allowed + (failure.isEmpty() ? "" : "; " + failure);
    }
}

package dev.tandem.internal.task;

import dev.tandem.Task;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The values that one worker has built for its {@link dev.tandem.WorkerLocal}s.
 *
 * <p>Confined to the task that the worker runs; whoever hands the worker to its next task, or closes it, does so with a
 * happens-before edge.
 */
public final class WorkerLocals implements AutoCloseable {

    private static final Object UNDER_CONSTRUCTION = new Object();

    private final Supplier<Runnable> beforeBuilding;
    private final Map<String, @Nullable Object> values = new HashMap<>();
    private final Deque<AutoCloseable> youngestFirst = new ArrayDeque<>();
    private boolean closed;

    /** Starts without values. */
    public WorkerLocals() {
        this(() -> () -> {});
    }

    /**
     * Starts without values.
     *
     * @param beforeBuilding called before a value is built; what it returns is run when that is over
     */
    public WorkerLocals(Supplier<Runnable> beforeBuilding) {
        this.beforeBuilding = beforeBuilding;
    }

    /**
     * The value of this worker, built now if there is none.
     *
     * @param <S> the type of the value
     * @param id the identity of the {@code WorkerLocal}
     * @param initial builds the value
     * @return the value
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // one id has one initial, so all that is stored under it is an S
    public <S extends @Nullable Object> S get(String id, Task<? extends S> initial) {
        if (closed) {
            throw new IllegalStateException("this worker has ended and closed its WorkerLocals");
        }
        if (!values.containsKey(id)) {
            return build(id, initial);
        }
        Object value = values.get(id);
        if (value == UNDER_CONSTRUCTION) {
            throw new IllegalStateException("building the initial value of this WorkerLocal asks for the value itself");
        }
        return (S) value;
    }

    private <S extends @Nullable Object> S build(String id, Task<? extends S> initial) {
        values.put(id, UNDER_CONSTRUCTION);
        boolean built = false;
        Runnable whenBuilt = beforeBuilding.get();
        try {
            S value = initial.call();
            values.put(id, value);
            built = true;
            if (value instanceof AutoCloseable closeable) {
                youngestFirst.push(closeable);
            }
            return value;
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException(
                    "the initial value of a WorkerLocal could not be built: " + failure, failure);
        } finally {
            whenBuilt.run();
            if (!built) {
                values.remove(id);
            }
        }
    }

    /** Closes the values that can be closed, the youngest first. What they throw is logged. Idempotent. */
    @Override
    public void close() {
        closed = true;
        values.clear();
        for (AutoCloseable value = youngestFirst.poll(); value != null; value = youngestFirst.poll()) {
            try {
                value.close();
            } catch (Exception | Error failure) {
                // Looked up here and not in a constant: a worker JVM that closes cleanly need not load the logger.
                LoggerFactory.getLogger(WorkerLocals.class)
                        .warn("closing the worker's {} failed", value.getClass().getName(), failure);
            }
        }
    }
}

package dev.tandem.internal.processes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which functions one worker keeps, and which it is to forget.
 *
 * <p>There are never more than {@link #MOST}, however many maps are open: the one that was not used for longest goes. To forget a small one is no reason to
 * wake the worker up: that goes with the next run. Not thread-safe: guarded by the {@link WorkerProxy}'s monitor.
 */
final class KeptByWorker {

    // fewer: more maps at a time send their functions again and again; more: a worker keeps more
    static final int MOST = 64;

    private static final long SMALL_BYTES = 64 * 1024; // with as many as there may be: a few megabytes

    private final Map<Long, FunctionNumber> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final List<Long> forgotten = new ArrayList<>(0); // and not told

    /** Notes that a function is used; whether the worker has it. */
    boolean use(FunctionNumber number) {
        if (kept.get(number.value()) != null) {
            return true;
        }
        if (kept.size() == MOST) {
            long eldest = kept.keySet().iterator().next();
            kept.remove(eldest);
            forgotten.add(eldest);
        }
        kept.put(number.value(), number);
        return false;
    }

    /** It is not to be kept any more; whether the worker should be told at once. */
    boolean forget(FunctionNumber number) {
        if (kept.remove(number.value()) == null) {
            return false;
        }
        forgotten.add(number.value());
        return number.bytes() > SMALL_BYTES;
    }

    /** Has it sent again when it is needed next. */
    void renew(FunctionNumber number) {
        if (kept.remove(number.value()) != null) {
            forgotten.add(number.value());
        }
    }

    /** What the worker is to be told to forget. */
    List<Long> takeForgotten() {
        if (forgotten.isEmpty()) {
            return List.of();
        }
        List<Long> all = List.copyOf(forgotten);
        forgotten.clear();
        return all;
    }
}

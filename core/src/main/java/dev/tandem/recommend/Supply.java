package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The user's items, each handed out once, with its place. What was handed out and has not run comes back, and is handed out again or left.
 *
 * <p>What the user's iterator throws ends the items, and is thrown to whoever asks for the rest. Used by the calling thread.
 */
final class Supply<A extends @Nullable Object> {

    private final Iterator<? extends A> items;
    private final TreeMap<Long, Numbered<A>> returned = new TreeMap<>(); // for anybody, in order
    private final TreeMap<Long, Numbered<A>> stranded = new TreeMap<>(); // for threads alone
    private final Map<Long, NotTransferableException> refused = new HashMap<>(); // why they are stranded
    private @Nullable Throwable failure;
    private long taken;

    Supply(Iterator<? extends A> items) {
        this.items = items;
    }

    /** Whether there is nothing more for a runner. */
    boolean isEmpty(boolean onThreads) {
        return returned.isEmpty() && (!onThreads || stranded.isEmpty()) && !hasMore();
    }

    /** What the user's iterator has thrown. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** The place of the next one that is not for threads alone. */
    long nextIndex() {
        return returned.isEmpty() ? taken : returned.firstKey();
    }

    /** The next one; call it only if there is one. Null if the iterator throws. */
    @Nullable
    Numbered<A> next(boolean onThreads) {
        TreeMap<Long, Numbered<A>> from = onThreads && isFirst(stranded, returned) ? stranded : returned;
        if (!from.isEmpty()) {
            return from.pollFirstEntry().getValue();
        }
        try {
            return new Numbered<>(taken, items.next());
        } catch (Throwable t) {
            failure = t;
            return null;
        } finally {
            taken += failure == null ? 1 : 0;
        }
    }

    /** These have not run. */
    void giveBack(Collection<Numbered<A>> unused) {
        unused.forEach(item -> returned.put(item.index(), item));
    }

    /** This one has not run, and cannot travel. */
    void strand(Numbered<A> item, NotTransferableException why) {
        stranded.put(item.index(), item);
        refused.put(item.index(), why);
    }

    /** Gives up what is stranded. */
    void abandon(BiConsumer<Numbered<A>, NotTransferableException> heir) {
        stranded.values().forEach(item -> heir.accept(item, Objects.requireNonNull(refused.get(item.index()))));
        stranded.clear();
    }

    /** What has not run, in order. */
    Iterator<A> rest() {
        returned.putAll(stranded);
        stranded.clear();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !returned.isEmpty() || moreOrFailure();
            }

            @Override
            public A next() {
                if (!returned.isEmpty()) {
                    return returned.pollFirstEntry().getValue().item();
                }
                throwFailure();
                return items.next();
            }
        };
    }

    private boolean moreOrFailure() {
        throwFailure();
        return items.hasNext();
    }

    private void throwFailure() {
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            Supply.<RuntimeException>throwAsIs(thrown);
        }
    }

    private boolean hasMore() {
        if (failure != null) {
            return false;
        }
        try {
            return items.hasNext();
        } catch (Throwable t) {
            failure = t;
            return false;
        }
    }

    private static boolean isFirst(SortedMap<Long, ?> one, SortedMap<Long, ?> other) {
        return !one.isEmpty() && (other.isEmpty() || one.firstKey() < other.firstKey());
    }

    @SuppressWarnings("unchecked") // what an iterator throws is unchecked anyway, unless it cheats
    private static <X extends Throwable> void throwAsIs(Throwable failure) throws X {
        throw (X) failure;
    }
}

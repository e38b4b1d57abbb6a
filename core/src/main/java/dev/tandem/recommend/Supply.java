package dev.tandem.recommend;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The user's items, each handed out once, with its place; whoever asks says until when. Not thread-safe. */
final class Supply<A extends @Nullable Object> {

    private final Iterator<? extends A> items;
    private long taken;

    Supply(Iterator<? extends A> items) {
        this.items = items;
    }

    boolean isEmpty() {
        return !items.hasNext();
    }

    long taken() {
        return taken;
    }

    /** What was not handed out. */
    Iterator<A> rest() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public A next() {
                return items.next();
            }
        };
    }

    /** Items as long as there is time, at most so many. */
    Iterator<Probe.Numbered<A>> until(LongSupplier nanosLeft, int most) {
        long first = taken;
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return taken - first < most && nanosLeft.getAsLong() > 0 && items.hasNext();
            }

            @Override
            public Probe.Numbered<A> next() {
                if (!items.hasNext()) {
                    throw new NoSuchElementException();
                }
                return new Probe.Numbered<>(taken++, items.next());
            }
        };
    }
}

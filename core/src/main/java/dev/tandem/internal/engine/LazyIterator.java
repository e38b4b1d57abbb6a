package dev.tandem.internal.engine;

import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks a source for its iterator when the first element is wanted, not before. Used by one thread. */
final class LazyIterator<A> implements Iterator<A> {

    private final Iterable<? extends A> source;
    private @Nullable Iterator<? extends A> opened;

    private LazyIterator(Iterable<? extends A> source) {
        this.source = source;
    }

    static <A> Iterator<A> over(Iterable<? extends A> source) {
        return new LazyIterator<>(Objects.requireNonNull(source, "inputs"));
    }

    @Override
    public boolean hasNext() {
        return iterator().hasNext();
    }

    @Override
    public A next() {
        return iterator().next();
    }

    private Iterator<? extends A> iterator() {
        Iterator<? extends A> iterator = opened;
        if (iterator == null) {
            iterator = source.iterator();
            opened = iterator;
        }
        return iterator;
    }
}

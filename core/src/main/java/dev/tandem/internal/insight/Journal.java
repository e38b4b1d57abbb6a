package dev.tandem.internal.insight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The events of one runner that are kept: a ring, in which a new one takes the place of the oldest.
 *
 * <p>Thread-safe without a lock: who adds an event takes the next number and stores the event in the place of that number. An event
 * is immutable, so a reader sees one or another, never a half. Who is held up between the two for as long as it takes to fill the
 * whole ring puts an old event in the place of a newer one, which costs that event and nothing else.
 */
final class Journal {

    private final AtomicReferenceArray<@Nullable Event> ring;
    private final AtomicLong added = new AtomicLong();

    /** Room for so many events. */
    Journal(int capacity) {
        ring = new AtomicReferenceArray<>(capacity);
    }

    void add(Event event) {
        long number = added.getAndIncrement();
        ring.setRelease((int) (number % ring.length()), event);
    }

    /** How many are no longer there. */
    long dropped() {
        return Math.max(0, added.get() - ring.length());
    }

    /** What is there, by time; one that is just being added may be missing. */
    List<Event> events() {
        List<Event> all = new ArrayList<>((int) Math.min(added.get(), ring.length()));
        for (int i = 0; i < ring.length(); i++) {
            Event found = ring.getAcquire(i);
            if (found != null) {
                all.add(found);
            }
        }
        all.sort(Comparator.comparingLong(Event::nanos));
        return all;
    }
}

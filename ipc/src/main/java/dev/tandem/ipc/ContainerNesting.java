package dev.tandem.ipc;

import java.io.ObjectInputFilter.FilterInfo;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How deep the collections of one message are nested, and how many elements they unfold to.
 *
 * <p>A set hashes its elements while it is decoded, a list hashes all that is in it; so a kilobyte of sets of sets, where each
 * is in the next one twice, keeps a thread busy for years. Two looks are needed:
 *
 * <ul>
 *   <li>On the way down, by the depth at which the filter is asked about a collection or its array. This ends what is nested
 *       in the message itself before the innermost element is hashed, but cannot see through references to what came before.
 *   <li>On the way up, when a collection is complete: one more than the deepest of its elements, and as large as all of them
 *       together, however they were referred to. This is what nobody gets around, but it comes after the hashing of this one.
 * </ul>
 *
 * <p>What is nested in objects of other classes is not followed, and neither look bounds time in all cases; what does is the
 * time-out of the task. Used by one thread, for one message.
 */
final class ContainerNesting {

    static final String LIMIT = "containerDepth";

    /** A set of two sets doubles the work per level: 20 levels take a quarter of a second, 30 take minutes. */
    static final int MAX_DEPTH = 20;

    /** Fewer would refuse small values that share much; hashing so many takes a tenth of a second. */
    static final long FREE_ELEMENTS = 1 << 18;

    /** Without sharing there is less than one element per byte; a thousand references to one list of a thousand make 90. */
    private static final long ELEMENTS_PER_BYTE = 128;

    private static final Size NO_CONTAINER = new Size(0, 1);

    private final long maxElements;
    private final Deque<Long> open = new ArrayDeque<>();
    private final IdentityHashMap<Object, Size> sizes = new IdentityHashMap<>();

    private String explanation = "";

    ContainerNesting(long messageBytes) {
        this.maxElements = FREE_ELEMENTS + ELEMENTS_PER_BYTE * messageBytes;
    }

    /** What a complete collection has come to. */
    private record Size(int depth, long elements) {}

    String explanation() {
        return explanation;
    }

    /** Notes what the stream is about to read; false if that is nested too deep. */
    boolean enter(FilterInfo info) {
        while (!open.isEmpty() && open.element() >= info.depth()) {
            open.remove();
        }
        if (isContainer(info.serialClass(), info.arrayLength())) {
            open.push(info.depth());
        }
        return open.size() <= MAX_DEPTH || tooDeep();
    }

    /** Looks at an object that is complete; false if it is a collection that is too deep or too large. */
    boolean measure(@Nullable Object object) {
        if (object == null || !isContainer(object.getClass(), -1)) {
            return true;
        }
        Iterable<?> elements = object instanceof Map<?, ?> map ? map.entrySet() : (Collection<?>) object;
        int depth = 0;
        long count = 1;
        for (Object element : elements) {
            if (object instanceof Map && element instanceof Map.Entry<?, ?> entry) {
                Size key = sizeOf(entry.getKey());
                Size value = sizeOf(entry.getValue());
                depth = Math.max(depth, Math.max(key.depth, value.depth));
                count += key.elements + value.elements;
            } else {
                Size size = sizeOf(element);
                depth = Math.max(depth, size.depth);
                count += size.elements;
            }
            if (count > maxElements) {
                return tooLarge();
            }
        }
        sizes.put(object, new Size(depth + 1, count));
        return depth < MAX_DEPTH || tooDeep();
    }

    private Size sizeOf(@Nullable Object element) {
        Size known = element == null ? null : sizes.get(element);
        return known == null ? NO_CONTAINER : known;
    }

    /** A collection of the JDK, or an array that one of them asks for. */
    private static boolean isContainer(@Nullable Class<?> type, long arrayLength) {
        if (type == null) {
            return false;
        }
        if (arrayLength >= 0) {
            return type == Object[].class || type == Map.Entry[].class;
        }
        return (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))
                && type.getName().startsWith("java.util.");
    }

    private boolean tooDeep() {
        explanation = "The message nests collections deeper than " + MAX_DEPTH + " levels (" + LIMIT
                + "), which makes hashing them endless: send records, or a flat list";
        return false;
    }

    private boolean tooLarge() {
        explanation = "The message holds collections that share their parts so that they unfold to more than "
                + maxElements + " elements (" + LIMIT + "), which makes hashing them endless: send what is shared once";
        return false;
    }
}

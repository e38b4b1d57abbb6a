package dev.tandem.internal.protocol;

import dev.tandem.ipc.TransportException;
import java.util.List;

/** The arrays that came with a frame, dealt out to the payloads in it. Used by one thread. */
final class ArraysBeside {

    private final List<?> arrays;
    private final PayloadReader payload;
    private int dealt;

    ArraysBeside(List<?> arrays, PayloadReader payload) {
        this.arrays = arrays;
        this.payload = payload;
    }

    boolean isEmpty() {
        return arrays.isEmpty();
    }

    int size() {
        return arrays.size();
    }

    List<?> all() {
        dealt = arrays.size();
        return arrays;
    }

    /** Those of the next payload; their number is read if there are any at all. */
    List<?> next(PayloadReader from) throws TransportException {
        if (arrays.isEmpty()) {
            return arrays;
        }
        int count = from.getInt("arrays");
        if (count < 0 || count > arrays.size() - dealt) {
            throw payload.malformed("it wants " + count + " more of the " + arrays.size() + " arrays beside it");
        }
        List<?> next = arrays.subList(dealt, dealt + count);
        dealt += count;
        return next;
    }

    void requireEnd() throws TransportException {
        if (dealt < arrays.size()) {
            throw payload.malformed((arrays.size() - dealt) + " arrays beside it too many");
        }
    }
}

package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Definition;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The definitions that came over one connection, by number; there are gaps where the peer's encoder made definitions for
 * others.
 *
 * <p>Thread-safe. Memory consistency effects: {@link #define} happens-before a lookup that finds the definition.
 */
final class DefinitionTable {

    /** As much as a peer that is not trusted may make us keep; some 50,000 classes. */
    static final long MAX_STRANGERS_BYTES = 16 << 20;

    /** What an entry takes besides its bytes. */
    private static final int OVERHEAD_BYTES = 128;

    private final ConcurrentHashMap<Integer, Defined> byId = new ConcurrentHashMap<>();
    private final AtomicLong keptBytes = new AtomicLong();
    private final long maxBytes;

    DefinitionTable(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Keeps the first of several, since classes may be resolved by it already; and nothing beyond the limit. */
    void define(Definition definition) {
        byte[] bytes = definition.bytes();
        if (keptBytes.addAndGet((long) bytes.length + OVERHEAD_BYTES) > maxBytes) {
            return; // whoever refers to it is told that it is not there
        }
        boolean isLambda = bytes.length > 0 && bytes[0] == Defined.LAMBDA;
        byId.putIfAbsent(definition.id(), isLambda ? new DefinedLambda(bytes) : new DefinedClass(bytes));
    }

    DefinedClass classOf(int id) throws IOException {
        if (byId.get(id) instanceof DefinedClass known) {
            return known;
        }
        throw missing("class", id);
    }

    DefinedLambda lambdaOf(int id) throws IOException {
        if (byId.get(id) instanceof DefinedLambda known) {
            return known;
        }
        throw missing("lambda", id);
    }

    private StreamCorruptedException missing(String what, int id) {
        boolean isFull = keptBytes.get() > maxBytes;
        return new StreamCorruptedException(what + " number " + id + " was never defined on this connection"
                + (isFull ? ", or after the " + maxBytes + " bytes of definitions that it may take" : ""));
    }

    Iterable<Defined> all() {
        return byId.values();
    }
}

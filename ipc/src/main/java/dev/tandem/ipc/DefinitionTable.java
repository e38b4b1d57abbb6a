package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Definition;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The definitions that came over one connection, by number; there are gaps where the peer's encoder made definitions for
 * others.
 *
 * <p>Thread-safe. Memory consistency effects: {@link #define} happens-before a lookup that finds the definition.
 */
final class DefinitionTable {

    private final ConcurrentHashMap<Integer, Defined> byId = new ConcurrentHashMap<>();

    /** Keeps the first of several, since classes may be resolved by it already. */
    void define(Definition definition) {
        byte[] bytes = definition.bytes();
        boolean isLambda = bytes.length > 0 && bytes[0] == Defined.LAMBDA;
        byId.putIfAbsent(definition.id(), isLambda ? new DefinedLambda(bytes) : new DefinedClass(bytes));
    }

    DefinedClass classOf(int id) throws IOException {
        if (byId.get(id) instanceof DefinedClass known) {
            return known;
        }
        throw new StreamCorruptedException("class number " + id + " was never defined on this connection");
    }

    DefinedLambda lambdaOf(int id) throws IOException {
        if (byId.get(id) instanceof DefinedLambda known) {
            return known;
        }
        throw new StreamCorruptedException("lambda number " + id + " was never defined on this connection");
    }

    Iterable<Defined> all() {
        return byId.values();
    }
}

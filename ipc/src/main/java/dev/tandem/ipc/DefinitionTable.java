package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Definition;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The definitions that came over one connection, by number; there are gaps where the peer's encoder made definitions for
 * others.
 *
 * <p>Thread-safe. Memory consistency effects: {@link #define} happens-before a {@link #get} that finds the definition.
 */
final class DefinitionTable {

    private final ConcurrentHashMap<Integer, DefinedClass> classes = new ConcurrentHashMap<>();

    /** Keeps the first of several, since classes may be resolved by it already. */
    void define(Definition definition) {
        classes.putIfAbsent(definition.id(), new DefinedClass(definition.bytes()));
    }

    DefinedClass get(int id) throws IOException {
        DefinedClass known = classes.get(id);
        if (known == null) {
            throw new StreamCorruptedException("class number " + id + " was never defined on this connection");
        }
        return known;
    }

    Iterable<DefinedClass> all() {
        return classes.values();
    }
}

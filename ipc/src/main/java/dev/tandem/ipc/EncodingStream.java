package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Definition;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One message on its way out: writes the number of a class where Java serialization would write its descriptor.
 *
 * <p>The number takes 7 bits per byte, lowest first, the top bit set on all but the last. There is no stream header.
 * Used by one thread, for one message.
 */
final class EncodingStream extends ObjectOutputStream {

    private final ClassDictionary dictionary;
    private final List<Definition> definitions = new ArrayList<>();

    EncodingStream(OutputStream bytes, ClassDictionary dictionary) throws IOException {
        super(bytes);
        this.dictionary = dictionary;
    }

    /** What the message written so far refers to. */
    List<Definition> definitions() {
        return definitions;
    }

    @Override
    protected void writeStreamHeader() {
        // both sides know what they speak
    }

    @Override
    protected void writeClassDescriptor(ObjectStreamClass descriptor) throws IOException {
        Definition definition = dictionary.definitionOf(descriptor);
        definitions.add(definition);
        int rest = definition.id();
        while (rest > 0x7f) {
            write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        write(rest);
    }
}

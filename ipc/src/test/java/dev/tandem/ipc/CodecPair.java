package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Decoder;
import dev.tandem.ipc.Codec.Definition;
import dev.tandem.ipc.Codec.Encoded;
import dev.tandem.ipc.Codec.Encoder;
import java.util.HashSet;
import java.util.Set;

/** An encoder and one decoder, joined as over a connection: each definition is passed once, before its first use. */
final class CodecPair {

    final Encoder encoder;
    final Decoder decoder;
    private final Set<Integer> passed = new HashSet<>();

    CodecPair() {
        this(Codec.java());
    }

    CodecPair(Codec codec) {
        this(codec.newEncoder(1 << 30), codec.newDecoder(CodecPair.class.getClassLoader()));
    }

    CodecPair(Encoder encoder, Decoder decoder) {
        this.encoder = encoder;
        this.decoder = decoder;
    }

    @SuppressWarnings("unchecked")
    <T> T roundTrip(T value) throws EncodingException {
        return (T) receive(encoder.encode(value));
    }

    Object receive(Encoded encoded) throws EncodingException {
        passDefinitions(encoded);
        return decoder.decode(encoded.bytes(), 0, encoded.bytes().length, encoded.arrays());
    }

    private synchronized void passDefinitions(Encoded encoded) {
        for (Definition definition : encoded.definitions()) {
            if (passed.add(definition.id())) {
                decoder.define(definition);
            }
        }
    }
}

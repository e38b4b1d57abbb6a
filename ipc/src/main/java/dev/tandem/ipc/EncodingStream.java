package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Definition;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way out: writes the number of a class where Java serialization would write its descriptor, and the
 * number of a lambda's template and the captured values where it would write all that is known of a lambda.
 *
 * <p>The number takes 7 bits per byte, lowest first, the top bit set on all but the last. There is no stream header.
 * Used by one thread, for one message.
 */
final class EncodingStream extends ObjectOutputStream {

    /** The caller that is looked for is the fourth; more would mistake an exception inside of the value for it. */
    private static final int CALLER_FRAMES = 6;

    private final BlockWriter blocks;
    private final EncodingDictionary dictionary;
    private final List<Definition> definitions = new ArrayList<>();
    private final BitSet referred = new BitSet();
    private @Nullable IOException fatal;
    private int lambdas;
    private @Nullable Definition bareLambda; // that has captured nothing; the last

    EncodingStream(OutputStream bytes, BlockWriter blocks, EncodingDictionary dictionary) throws IOException {
        super(bytes);
        this.blocks = blocks;
        this.dictionary = dictionary;
        enableReplaceObject(true);
    }

    /** What ended this stream, if that was an {@link IOException}. */
    @Nullable
    IOException fatal() {
        return fatal;
    }

    /** The lambda that is all of the message and has captured nothing; null if that is something else. */
    @Nullable
    Definition soleBareLambda() {
        return lambdas == 1 ? bareLambda : null;
    }

    /** What the message written so far refers to. */
    List<Definition> definitions() {
        return definitions;
    }

    @Override
    protected void writeStreamHeader() {
        // both sides know what they speak
    }

    /**
     * Keeps the exception that ended the stream out of it. {@link ObjectOutputStream} appends it with all that it refers to,
     * which costs time, may fail in its turn and then hides the first failure.
     */
    @Override
    protected @Nullable Object replaceObject(Object object) throws IOException {
        if (object instanceof SerializedLambda lambda) {
            return call(lambda);
        }
        if (object instanceof IOException exception && isAppendedByTheStream()) {
            fatal = exception;
            return null;
        }
        return blocks.inPlaceOf(PathText.inPlaceOf(object));
    }

    private LambdaCall call(SerializedLambda lambda) throws IOException {
        @Nullable Object[] captured = new @Nullable Object[lambda.getCapturedArgCount()];
        for (int i = 0; i < captured.length; i++) {
            captured[i] = lambda.getCapturedArg(i);
        }
        Definition template = dictionary.definitionOf(lambda);
        lambdas++;
        bareLambda = captured.length == 0 ? template : null;
        return new LambdaCall(refer(template), captured);
    }

    /** Notes that the message refers to a definition; returns its number. */
    private int refer(Definition definition) {
        if (!referred.get(definition.id())) {
            referred.set(definition.id());
            definitions.add(definition);
        }
        return definition.id();
    }

    private static boolean isAppendedByTheStream() {
        return StackWalker.getInstance()
                .walk(frames -> frames.limit(CALLER_FRAMES)
                        .anyMatch(frame -> frame.getMethodName().equals("writeFatalException")));
    }

    @Override
    protected void writeClassDescriptor(ObjectStreamClass descriptor) throws IOException {
        int rest = refer(dictionary.definitionOf(descriptor));
        while (rest > 0x7f) {
            write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        write(rest);
    }
}

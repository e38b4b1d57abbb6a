package dev.tandem.internal.processes;

import dev.tandem.Task;
import dev.tandem.TaskFunction;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import java.nio.ByteBuffer;
import java.util.List;

/** A codec that costs nothing: tasks are no bytes at all, for nobody runs them, and results are the number of their task. */
final class SimulatedCodec implements Codec {

    private static final long serialVersionUID = 1L;

    static final Task<Long> FIT = () -> 0L;
    static final Task<Long> UNFIT = () -> 1L;
    static final TaskFunction<Integer, Long> FUNCTION = input -> 0L;

    private static final Encoded NOTHING = new Encoded(new byte[0], List.of());

    @Override
    public Encoder newEncoder(long maxBytes) {
        return value -> {
            if (value == UNFIT) {
                throw new EncodingException("simulated", "somebody", "somewhere", null);
            }
            return NOTHING;
        };
    }

    @Override
    public Decoder newDecoder(ClassLoader loader) {
        return (bytes, offset, length) -> ByteBuffer.wrap(bytes, offset, length).getLong();
    }
}

package dev.tandem.benchmarks;

import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time to make bytes of a value and a value of bytes, by the built-in codec in the middle of a connection's life: both
 * sides have seen the classes before.
 *
 * <p>Compare with plain Java serialization, which begins anew with each value and applies no limits.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class CodecCost {

    /** What travels. */
    @Param
    public Payload payload;

    private Object value;
    private Codec.Encoder encoder;
    private Codec.Decoder decoder;
    private byte[] encoded;
    private byte[] plain;

    /** Lets both sides see the value once. */
    @Setup
    public void meet() throws EncodingException, IOException {
        value = payload.create();
        encoder = Codec.java().newEncoder(1 << 30);
        decoder = Codec.java().newDecoder(CodecCost.class.getClassLoader());
        encoder.encode(value).definitions().forEach(decoder::define);
        encoded = encoder.encode(value).bytes();
        plain = encodePlainly();
    }

    /** Ours, value to bytes. */
    @Benchmark
    @ComparedWith("CodecCost.encodePlainly")
    public Codec.Encoded encode() throws EncodingException {
        return encoder.encode(value);
    }

    /** Ours, bytes to value. */
    @Benchmark
    @ComparedWith("CodecCost.decodePlainly")
    public @Nullable Object decode() throws EncodingException {
        return decoder.decode(encoded, 0, encoded.length);
    }

    /** {@link ObjectOutputStream}, a new one for each value. */
    @Benchmark
    public byte[] encodePlainly() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var stream = new ObjectOutputStream(bytes)) {
            stream.writeObject(value);
        }
        return bytes.toByteArray();
    }

    /** {@link ObjectInputStream}, a new one for each value. */
    @Benchmark
    public Object decodePlainly() throws IOException, ClassNotFoundException {
        try (var stream = new ObjectInputStream(new ByteArrayInputStream(plain))) {
            return stream.readObject();
        }
    }
}

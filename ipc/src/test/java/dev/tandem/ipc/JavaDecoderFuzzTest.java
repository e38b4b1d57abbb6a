package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tandem.ipc.Codec.Decoder;
import dev.tandem.ipc.Codec.Definition;
import dev.tandem.ipc.Codec.Encoded;
import dev.tandem.ipc.Codec.Encoder;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever arrives, a decoder returns a value or throws an {@link EncodingException}, and allocates little. */
@SuppressWarnings("serial")
class JavaDecoderFuzzTest {

    private static final int MUTATIONS = 1600;

    /** What 65,536 free elements of eight bytes take, a descriptor of 65,535 fields, and the exception. */
    private static final long MOST_ALLOCATED_BYTES = 2 << 20;

    interface Job extends Callable<Object>, Serializable {}

    record Point(int x, String name, List<Integer> list) implements Serializable {}

    record Answer(String text) implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, Method method, Object[] args) {
            return text;
        }
    }

    private static List<Object> corpus() {
        String text = "captured";
        Job inner = () -> text;
        Job outer = () -> inner.call();
        IOException failure = new IOException("outer", new IllegalStateException("inner"));
        failure.addSuppressed(new UnsupportedOperationException("beside"));
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            points.add(new Point(i, "p" + i, List.of(i, i + 1)));
        }
        return List.of(
                outer,
                points,
                failure,
                new HashMap<>(Map.of("a", new TreeMap<>(Map.of(1, 2)), "b", Arrays.asList(1, null, "c"))),
                new ConcurrentHashMap<>(Map.of(UUID.randomUUID(), Thread.State.NEW)),
                new Object[] {new int[][] {{1, 2}, {3}}, String.class, new long[] {1}, "ü", 1.5, true},
                new Object[] {new int[200], new ArrayList<>(Collections.nCopies(40, 7L)), ByteBuffer.allocate(9)},
                new EnumMap<>(Map.of(Thread.State.NEW, "n")),
                Proxy.newProxyInstance(
                        JavaDecoderFuzzTest.class.getClassLoader(), new Class<?>[] {Callable.class}, new Answer("a")));
    }

    @Row("S6")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void survivesDamagedMessages(long seed) throws EncodingException {
        Random random = new Random(seed);
        Encoder encoder = Codec.java().newEncoder(1 << 20);
        List<Encoded> honest = new ArrayList<>();
        for (Object value : corpus()) {
            honest.add(encoder.encode(value));
        }
        Outcomes outcomes = new Outcomes();
        for (int i = 0; i < MUTATIONS; i++) {
            Encoded victim = honest.get(random.nextInt(honest.size()));
            boolean hitsDefinitions = random.nextInt(4) == 0;
            Decoder decoder = Codec.java().newDecoder(getClass().getClassLoader());
            for (Definition definition : victim.definitions()) {
                boolean isHit =
                        hitsDefinitions && random.nextInt(victim.definitions().size()) == 0;
                byte[] bytes = isHit ? mutated(definition.bytes(), random) : definition.bytes();
                decoder.define(new Definition(definition.id(), bytes));
            }
            byte[] message = hitsDefinitions ? victim.bytes() : mutated(victim.bytes(), random);
            outcomes.decode(decoder, message, "seed " + seed + ", mutation " + i);
        }
        assertThat(outcomes.refused).isGreaterThan(MUTATIONS / 2);
    }

    @Test
    void refusesEveryMessageThatIsCutShort() throws EncodingException {
        Encoder encoder = Codec.java().newEncoder(1 << 20);
        for (Object value : corpus()) {
            Encoded encoded = encoder.encode(value);
            Decoder decoder = Codec.java().newDecoder(getClass().getClassLoader());
            encoded.definitions().forEach(decoder::define);
            Outcomes outcomes = new Outcomes();
            for (int length = 0; length < encoded.bytes().length; length++) {
                outcomes.decode(decoder, Arrays.copyOf(encoded.bytes(), length), "cut at " + length);
            }
            assertThat(outcomes.refused).isEqualTo(encoded.bytes().length);
        }
    }

    @Test
    void refusesBytesBehindTheMessage() throws EncodingException {
        Encoded encoded = Codec.java().newEncoder(1 << 20).encode("text");
        Outcomes outcomes = new Outcomes();

        outcomes.decode(
                Codec.java().newDecoder(getClass().getClassLoader()),
                Arrays.copyOf(encoded.bytes(), encoded.bytes().length + 1),
                "one more");

        assertThat(outcomes.refused).isEqualTo(1);
    }

    @Test
    void survivesNoise() {
        Random random = new Random(5);
        Outcomes outcomes = new Outcomes();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] message = new byte[random.nextInt(200)];
            random.nextBytes(message);
            Decoder decoder = Codec.java().newDecoder(getClass().getClassLoader());
            decoder.define(new Definition(random.nextInt(3), Arrays.copyOf(message, message.length / 2)));
            outcomes.decode(decoder, message, "noise " + i);
        }
        assertThat(outcomes.refused).isPositive();
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0x7f);
                case 4 -> bytes[at] = (byte) (0x70 + random.nextInt(16)); // the tags of the stream protocol
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(random.nextInt(16), bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
        return bytes;
    }

    private static final class Outcomes {
        int refused;

        void decode(Decoder decoder, byte[] message, String which) {
            long before = Allocation.ofThisThread();
            try {
                decoder.decode(message, 0, message.length);
            } catch (EncodingException e) {
                refused++;
            } catch (Throwable e) {
                fail(which + " of " + message.length + " bytes let something else escape", e);
            }
            assertThat(Allocation.ofThisThread() - before)
                    .as("bytes allocated by %s of %d bytes", which, message.length)
                    .isLessThan(MOST_ALLOCATED_BYTES);
        }
    }
}

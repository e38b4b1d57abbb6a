package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.ipc.Codec.Decoder;
import dev.tandem.ipc.Codec.Definition;
import dev.tandem.ipc.Codec.Encoded;
import dev.tandem.ipc.Codec.Encoder;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@SuppressWarnings("serial")
class EncodingDictionaryTest {

    private static final int THREADS = 8;

    private final Encoder encoder = Codec.java().newEncoder(1 << 20);

    record First(int x) implements Serializable {}

    record Second(int x) implements Serializable {}

    static class Base implements Serializable {
        int base = 1;
    }

    static final class Derived extends Base {
        int derived = 2;
    }

    interface Job extends Callable<Object>, Serializable {}

    @Test
    void sendsTheDescriptorsOfSuperclassesToo() throws EncodingException {
        assertThat(ids(encoder.encode(new Base()))).containsExactly(0);
        assertThat(ids(encoder.encode(new Derived()))).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void tellsInEachEncodingAllThatItRefersTo() throws EncodingException {
        encoder.encode(new First(1));
        encoder.encode(new Second(2));
        Encoded both = encoder.encode(new Object[] {new Second(3), new First(4)});

        Decoder late = newDecoder();
        both.definitions().forEach(late::define);

        assertThat((Object[]) late.decode(both.bytes(), 0, both.bytes().length))
                .containsExactly(new Second(3), new First(4));
    }

    @Test
    void decodesOneEncodingOnAnyNumberOfConnections() throws EncodingException {
        String captured = "c" + System.nanoTime();
        Job job = () -> new First(captured.length());
        Encoded encoded = encoder.encode(List.of(job, new Second(1)));

        for (int i = 0; i < 3; i++) {
            Decoder decoder = newDecoder();
            encoded.definitions().forEach(decoder::define);
            List<?> copy = (List<?>) decoder.decode(encoded.bytes(), 0, encoded.bytes().length);
            assertThat(copy.get(1)).isEqualTo(new Second(1));
            assertThat(copy.get(0)).isInstanceOf(Job.class);
        }
    }

    @Test
    void refusesBytesWhoseDefinitionsDidNotCome() throws EncodingException {
        Encoded encoded = encoder.encode(new First(1));

        assertThatThrownBy(() -> newDecoder().decode(encoded.bytes(), 0, encoded.bytes().length))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("number 0 was never defined");
    }

    @Test
    void ignoresADefinitionThatComesAgain() throws EncodingException {
        Encoded encoded = encoder.encode(new First(1));
        Decoder decoder = newDecoder();
        encoded.definitions().forEach(decoder::define);
        encoded.definitions().forEach(decoder::define);

        assertThat(decoder.decode(encoded.bytes(), 0, encoded.bytes().length)).isEqualTo(new First(1));
    }

    @Test
    void decodesFromTheMiddleOfAnArray() throws EncodingException {
        Encoded encoded = encoder.encode(new First(7));
        Decoder decoder = newDecoder();
        encoded.definitions().forEach(decoder::define);
        byte[] frame = new byte[encoded.bytes().length + 20];
        System.arraycopy(encoded.bytes(), 0, frame, 13, encoded.bytes().length);

        assertThat(decoder.decode(frame, 13, encoded.bytes().length)).isEqualTo(new First(7));
    }

    @Test
    void givesNoNumberToWhatCannotTravel() throws EncodingException {
        assertThatThrownBy(() -> encoder.encode(new Object[] {new First(1), new Thread()}))
                .isInstanceOf(EncodingException.class);
        Encoded next = encoder.encode(new Object[] {new Second(1), new First(1)});

        Decoder decoder = newDecoder();
        next.definitions().forEach(decoder::define);
        assertThat((Object[]) decoder.decode(next.bytes(), 0, next.bytes().length))
                .containsExactly(new Second(1), new First(1));
    }

    @Test
    void tellsClassesOfOneNameFromTwoLoadersApart() throws Exception {
        String name = First.class.getName();
        Class<?> twin = Class.forName(name, true, new IsolatingLoader(name::equals));

        assertThat(ids(encoder.encode(First.class))).containsExactly(0);
        assertThat(ids(encoder.encode(twin))).containsExactly(1);
    }

    @Test
    void keepsNoClassLoaderAlive() throws Exception {
        WeakReference<ClassLoader> gone = encodeWithALoaderOfItsOwn();

        await().until(() -> {
            System.gc();
            return gone.refersTo(null);
        });
        assertThat(ids(encoder.encode(new First(1)))).hasSize(1);
    }

    private WeakReference<ClassLoader> encodeWithALoaderOfItsOwn() throws Exception {
        String name = First.class.getName();
        ClassLoader loader = new IsolatingLoader(name::equals);
        encoder.encode(Class.forName(name, true, loader));
        return new WeakReference<>(loader);
    }

    @Test
    void sharesOneDictionaryAmongThreads() throws Exception {
        List<Object> values = List.of(
                new First(1),
                new Second(2),
                new Derived(),
                UUID.randomUUID(),
                new ArrayList<>(List.of(1, 2L, 3f)),
                Map.of("k", Thread.State.NEW),
                (Job) () -> "job",
                new int[][] {{1}, {2}},
                new IllegalStateException("x"));
        Map<Integer, byte[]> seen = new ConcurrentHashMap<>();
        for (int round = 0; round < 20; round++) {
            Encoder shared = Codec.java().newEncoder(1 << 20);
            CodecPair connection = new CodecPair(shared, newDecoder());
            seen.clear();
            inParallel(random -> {
                for (int i = 0; i < 100; i++) {
                    Object value = values.get((random + i) % values.size());
                    Encoded encoded = shared.encode(value);
                    for (Definition definition : encoded.definitions()) {
                        byte[] before = seen.putIfAbsent(definition.id(), definition.bytes());
                        assertThat(before == null || Arrays.equals(before, definition.bytes()))
                                .isTrue();
                    }
                    assertThat(connection.receive(encoded)).hasSameClassAs(connection.receive(encoded));
                }
            });
            assertThat(seen.keySet().stream().mapToInt(id -> id).max()).hasValue(seen.size() - 1);
        }
    }

    interface Work {
        void run(int index) throws Exception;
    }

    private static void inParallel(Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int index = i;
                all.add(threads.submit(() -> {
                    start.await();
                    work.run(index);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Integer> ids(Encoded encoded) {
        return encoded.definitions().stream().map(Definition::id).toList();
    }

    private static Decoder newDecoder() {
        return Codec.java().newDecoder(EncodingDictionaryTest.class.getClassLoader());
    }
}

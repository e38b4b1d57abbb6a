package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ipc.Codec.Encoded;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("serial")
class MessageFilterTest {

    private static final int GIGA = 1_000_000_000;
    private static final long USUAL_STACK_BYTES = 1 << 20;

    static final class Link implements Serializable {
        Link next;
    }

    record Box(Object content) implements Serializable {}

    @Row("S5")
    @Test
    void decodesNestingOf250LevelsOnAUsualStack() throws Exception {
        Encoded links = encode(links(250));
        Encoded boxes = encode(boxes(250));
        Encoded lists = encode(lists(250));
        Encoded maps = encode(maps(250));

        onAUsualStack(() -> {
            for (Encoded encoded : List.of(links, boxes, lists, maps)) {
                assertThat(decode(Codec.java(), encoded)).isNotNull();
            }
        });
    }

    @Row("S5")
    @ParameterizedTest
    @ValueSource(ints = {300, 1000})
    void refusesDeeperNesting(int levels) throws Exception {
        Encoded links = encode(links(levels));
        Encoded lists = encode(lists(levels));

        onAUsualStack(() -> {
            for (Encoded encoded : List.of(links, lists)) {
                EncodingException refused = refusalOf(Codec.java(), encoded);
                assertThat(refused.culprit()).isEqualTo("maxdepth");
                assertThat(refused)
                        .hasMessageContaining("nested deeper than 256 levels (maxdepth)")
                        .hasMessageContaining("Codec.java(\"maxdepth=...\")");
            }
        });
    }

    @Test
    void letsAPatternAllowDeeperNesting() throws Exception {
        Encoded links = encode(links(600));

        assertThat(decode(Codec.java("maxdepth=1000"), links)).isInstanceOf(Link.class);
        assertThatThrownBy(() -> decode(Codec.java("maxdepth=100"), links))
                .hasMessageContaining("maxdepth=100")
                .hasMessageContaining("depth 101");
    }

    @Row("S5")
    @Test
    void reportsAStackThatIsTooSmallForWhatAPatternAllows() throws Exception {
        Encoded links = encode(links(20_000));

        onAUsualStack(() -> {
            EncodingException refused = refusalOf(Codec.java("maxdepth=100000"), links);
            assertThat(refused.culprit()).isEqualTo("stack");
            assertThat(refused).hasMessageContaining("too deep for the stack of stack-test");
        });
    }

    interface Answer extends Serializable {
        Object give();
    }

    @Test
    void namesTheClassThatALambdaStandsInAndAPatternThatFitsIt() throws Exception {
        Answer work = () -> 1;
        EncodingException refused = refusalOf(Codec.java("!dev.tandem.ipc.MessageFilterTest$$Lambda*"), encode(work));
        assertThat(refused)
                .hasMessageContaining("A lambda in dev.tandem.ipc.MessageFilterTest"
                        + " (dev.tandem.ipc.MessageFilterTest$$Lambda*) was refused by the codec's filter");
        assertThat(refused.culprit()).isEqualTo("dev.tandem.ipc.MessageFilterTest$$Lambda*");
    }

    @Row("S6")
    @Test
    void refusesAListThatClaimsMoreElementsThanItsMessageCanHold() throws Exception {
        Encoded honest = encode(new ArrayList<>(List.of("x")));
        Encoded claim = patched(honest, 1, GIGA);

        long before = Allocation.ofThisThread();
        EncodingException refused = refusalOf(Codec.java(), claim);

        assertThat(Allocation.ofThisThread() - before).isLessThan(1 << 20);
        assertThat(claim.bytes().length).isLessThan(76);
        assertThat(refused.culprit()).isEqualTo("maxarray");
        assertThat(refused).hasMessageContaining(" 1000000000 elements").hasMessageContaining("(maxarray)");
    }

    @Row("S6")
    @Test
    void refusesManyClaimsThatAreSmallEach() throws Exception {
        Object nested = new Object[] {"x"};
        for (int i = 0; i < 200; i++) {
            nested = new Object[] {nested};
        }
        Encoded claim = patched(encode(nested), 1, 60_000);

        long before = Allocation.ofThisThread();
        EncodingException refused = refusalOf(Codec.java(), claim);

        assertThat(Allocation.ofThisThread() - before).isLessThan(4L * claim.bytes().length + (1 << 20));
        assertThat(refused.culprit()).isEqualTo("maxarray");
    }

    @Test
    void letsCollectionsOfEveryCapacityPass() throws Exception {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            all.add(i % 2 == 0 ? new ArrayList<>(1000) : new HashMap<>(Map.of(i, new LinkedList<>())));
        }

        assertThat(decode(Codec.java(), encode(all))).isEqualTo(all);
        assertThat(decode(Codec.java(), encode(new int[1_000_000]))).isEqualTo(new int[1_000_000]);
        assertThat(decode(Codec.java(), encode(new Object[500_000]))).isEqualTo(new Object[500_000]);
    }

    @Test
    void explainsACompactFormThatClaimsALot() throws Exception {
        Encoded copies = encode(Collections.nCopies(1_000_000, "x"));

        assertThatThrownBy(() -> decode(Codec.java(), copies)).hasMessageContaining("Collections.nCopies");
        assertThat(decode(Codec.java("maxarray=2000000"), copies)).isEqualTo(Collections.nCopies(1_000_000, "x"));
    }

    @Test
    void refusesClassesThatThePatternForbids() throws Exception {
        Encoded encoded = encode(new Box(new TreeMap<>()));
        Codec allowList = Codec.java("dev.tandem.**;java.lang.*;!*");

        EncodingException refused = refusalOf(allowList, encoded);

        assertThat(refused.culprit()).isEqualTo("java.util.TreeMap");
        assertThat(refused)
                .hasMessageContaining("Class java.util.TreeMap was refused by the codec's filter")
                .hasMessageContaining("'dev.tandem.**;java.lang.*;!*'")
                .hasMessageContaining("add it to Codec.java(pattern)");
        assertThat(decode(allowList, encode(new Box("fine")))).isEqualTo(new Box("fine"));
    }

    @Row("Z8")
    @Test
    void asksThePatternAboutArraysOfAForbiddenClass() throws Exception {
        Codec codec = Codec.java("!" + Box.class.getName());

        assertThat(refusalOf(codec, encode(new Box[0])).culprit()).isEqualTo(Box[].class.getName());
        assertThat(refusalOf(codec, encode(Box.class)).culprit()).isEqualTo(Box.class.getName());
    }

    @Row("Z8")
    @Test
    void asksThePatternAboutClassesThatTheContextLoaderFinds() throws Exception {
        Encoded encoded = encode(new Box(1));
        CodecPair pair = new CodecPair(
                Codec.java().newEncoder(1000),
                Codec.java("!" + Box.class.getName()).newDecoder(ClassLoader.getPlatformClassLoader()));

        assertThatThrownBy(() -> pair.receive(encoded))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("refused by the codec's filter");
    }

    interface Job extends Supplier<String>, Serializable {}

    @Test
    void asksThePatternAboutTheClassThatCapturesALambda() throws Exception {
        Encoded encoded = encode((Job) () -> "x");

        assertThat(refusalOf(Codec.java("!" + MessageFilterTest.class.getName()), encoded)
                        .culprit())
                .isEqualTo(MessageFilterTest.class.getName());
        assertThat(refusalOf(Codec.java("!java.lang.invoke.SerializedLambda"), encoded)
                        .culprit())
                .isEqualTo("java.lang.invoke.SerializedLambda");
        assertThat(decode(
                        Codec.java("java.lang.invoke.SerializedLambda;" + MessageFilterTest.class.getName()
                                + "*;java.lang.*;!*"),
                        encoded))
                .isInstanceOf(Job.class);
    }

    static final class Throwing implements Serializable {
        static final AtomicReference<Throwable> TO_THROW = new AtomicReference<>();

        private void readObject(ObjectInputStream in) throws Throwable {
            in.defaultReadObject();
            throw TO_THROW.get();
        }
    }

    @Row("S4")
    @Test
    void reportsWhateverUserCodeThrows() throws Exception {
        Encoded encoded = encode(new Throwing());
        for (Throwable thrown : new Throwable[] {
            new IllegalStateException("a"),
            new IOException("b"),
            new AssertionError("c"),
            new NoClassDefFoundError("d"),
            new ClassNotFoundException("e"),
            new OutOfMemoryError("f"),
            new StackOverflowError("g")
        }) {
            Throwing.TO_THROW.set(thrown);

            EncodingException failure = refusalOf(Codec.java(), encoded);

            assertThat(failure.getCause()).isSameAs(thrown);
        }
    }

    private static Object links(int levels) {
        Link first = new Link();
        for (int i = 1; i < levels; i++) {
            Link before = new Link();
            before.next = first;
            first = before;
        }
        return first;
    }

    private static Object boxes(int levels) {
        Object content = "x";
        for (int i = 1; i < levels; i++) {
            content = new Box(content);
        }
        return content;
    }

    private static Object lists(int levels) {
        Object content = "x";
        for (int i = 1; i < levels; i++) {
            content = new ArrayList<>(List.of(content));
        }
        return content;
    }

    private static Object maps(int levels) {
        Object content = "x";
        for (int i = 1; i < levels; i++) {
            content = new HashMap<>(Map.of("k", content));
        }
        return content;
    }

    private static Encoded patched(Encoded encoded, int from, int to) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded.bytes().clone());
        int patches = 0;
        for (int i = 0; i + Integer.BYTES <= bytes.capacity(); i++) {
            if (bytes.getInt(i) == from) {
                bytes.putInt(i, to);
                patches++;
            }
        }
        assertThat(patches).isPositive();
        return new Encoded(bytes.array(), encoded.definitions());
    }

    private static Encoded encode(Object value) throws Exception {
        Encoded[] encoded = new Encoded[1];
        onAStackOf(
                256L << 20, () -> encoded[0] = Codec.java().newEncoder(1 << 24).encode(value));
        return encoded[0];
    }

    private static Object decode(Codec codec, Encoded encoded) throws EncodingException {
        return new CodecPair(codec).receive(encoded);
    }

    private static EncodingException refusalOf(Codec codec, Encoded encoded) {
        return catchThrowableOfType(EncodingException.class, () -> decode(codec, encoded));
    }

    interface Work {
        void run() throws Exception;
    }

    private static void onAUsualStack(Work work) throws Exception {
        onAStackOf(USUAL_STACK_BYTES, work);
    }

    private static void onAStackOf(long stackBytes, Work work) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        work.run();
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                },
                "stack-test",
                stackBytes);
        thread.start();
        thread.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }
}

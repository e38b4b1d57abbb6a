package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of value that Java serialization promises to carry. */
@SuppressWarnings("serial") // fields of general types are the point here
class JavaCodecValuesTest {

    interface Job extends Callable<Object>, Serializable {}

    interface Mapping<A, B> extends Function<A, B>, Serializable {}

    private final CodecPair pair = new CodecPair();

    static Stream<Object> plainValues() {
        return Stream.of(
                true,
                (byte) 1,
                'c',
                (short) 2,
                3,
                4L,
                5f,
                6d,
                "text",
                "ü".repeat(40_000),
                new BigInteger("123456789012345678901234567890"),
                new BigDecimal("1.50"),
                UUID.randomUUID(),
                URI.create("http://example.org/a?b#c"),
                Locale.GERMANY,
                Duration.ofMillis(1234),
                Instant.parse("2026-01-02T03:04:05.678Z"),
                ZonedDateTime.parse("2026-01-02T03:04:05+01:00[Europe/Berlin]"),
                Thread.State.BLOCKED,
                Operation.PLUS,
                String.class,
                int.class,
                void.class,
                int[][].class,
                Job.class,
                new Money(new BigDecimal("3.20"), "EUR"),
                new Nested<>(new Nested<>(1, "a"), List.of("b")),
                List.of(),
                List.of(1),
                List.of(1, 2, 3),
                Set.of("a", "b", "c"),
                Map.of("k", 1, "l", 2),
                new ArrayList<>(Arrays.asList(1, null, 3)),
                new LinkedList<>(List.of("a", "b")),
                new TreeMap<>(Map.of("x", 1, "y", 2)),
                new LinkedHashMap<>(Map.of("x", 1, "y", 2)),
                new ConcurrentHashMap<>(Map.of("x", 1, "y", 2)),
                Arrays.asList("a", null, "c"),
                Collections.unmodifiableMap(new TreeMap<>(Map.of(1, 2))),
                Collections.nCopies(5, "n"),
                Collections.singletonList("s"),
                Collections.emptyMap(),
                EnumSet.of(Operation.PLUS, Operation.TIMES),
                new EnumMap<>(Map.of(Operation.PLUS, "p", Operation.TIMES, "t")),
                BitSet.valueOf(new long[] {5, 7}));
    }

    @ParameterizedTest
    @MethodSource("plainValues")
    void carriesEqualValues(Object value) throws EncodingException {
        Object copy = pair.roundTrip(value);

        assertThat(copy).isEqualTo(value).hasSameClassAs(value);
    }

    @Test
    void carriesArraysOfAllKinds() throws EncodingException {
        assertThat(pair.roundTrip(new int[] {1, 2, 3})).containsExactly(1, 2, 3);
        assertThat(pair.roundTrip(new double[] {1.5})).containsExactly(1.5);
        assertThat(pair.roundTrip(new byte[100_000])).hasSize(100_000);
        assertThat(pair.roundTrip(new String[][] {{"a"}, null, {}})).isDeepEqualTo(new String[][] {{"a"}, null, {}});
        assertThat(pair.roundTrip(new Object[] {1, "b", null})).containsExactly(1, "b", null);
        assertThat(pair.roundTrip(new ArrayDeque<>(List.of(1, 2)))).containsExactly(1, 2);
    }

    @Test
    void carriesLambdasThatCaptureLambdas() throws Exception {
        int two = pair.roundTrip(2);
        Mapping<Integer, Integer> times = x -> x * two;
        Mapping<Integer, Integer> twice = x -> times.apply(times.apply(x));

        assertThat(pair.roundTrip(twice).apply(5)).isEqualTo(20);
    }

    @Test
    void carriesALambdaOfEveryKindOfCapture() throws Exception {
        byte b = 1;
        short s = 2;
        char c = '3';
        int i = 4;
        long l = 5;
        float f = 6;
        double d = 7;
        boolean z = true;
        String text = "eight";
        Job job = () -> Arrays.asList(b, s, c, i, l, f, d, z, text);

        assertThat(pair.roundTrip(job).call()).isEqualTo(job.call());
    }

    private static String shout(String text) {
        return text.toUpperCase(Locale.ROOT) + "!";
    }

    @Test
    void carriesMethodReferences() {
        Mapping<String, String> ofStatic = JavaCodecValuesTest::shout;
        Mapping<String, Integer> ofInstance = String::length;
        Mapping<String, Object> ofConstructor = StringBuilder::new;
        Mapping<String, String> ofBound = "abc"::concat;
        Mapping<Integer, int[]> ofArray = int[]::new;

        assertThat(decoded(ofStatic).apply("hi")).isEqualTo("HI!");
        assertThat(decoded(ofInstance).apply("four")).isEqualTo(4);
        assertThat(decoded(ofConstructor).apply("x")).hasToString("x");
        assertThat(decoded(ofBound).apply("d")).isEqualTo("abcd");
        assertThat(decoded(ofArray).apply(3)).hasSize(3);
    }

    @Test
    void carriesALambdaCastToSerializable() throws Exception {
        Callable<String> job = (Callable<String> & Serializable) () -> "cast";

        assertThat(pair.roundTrip(job).call()).isEqualTo("cast");
    }

    @Test
    void carriesOneLambdaTwiceAsOne() throws EncodingException {
        String captured = "c" + System.nanoTime();
        Job job = () -> captured;

        Object[] copy = pair.roundTrip(new Object[] {job, job, List.of(job)});

        assertThat(copy[0]).isSameAs(copy[1]).isSameAs(((List<?>) copy[2]).get(0));
    }

    @Test
    void carriesLambdasThatDifferOnlyInWhatTheyCapture() throws Exception {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int captured = i;
            jobs.add(() -> captured);
        }

        List<Job> copies = pair.roundTrip(jobs);

        for (int i = 0; i < 10; i++) {
            assertThat(copies.get(i).call()).isEqualTo(i);
        }
    }

    @Test
    void keepsCycles() throws EncodingException {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        Object[] array = {null};
        array[0] = array;

        List<Object> loopCopy = pair.roundTrip(loop);
        Object[] arrayCopy = pair.roundTrip(array);

        assertThat(loopCopy.get(0)).isSameAs(loopCopy);
        assertThat(arrayCopy[0]).isSameAs(arrayCopy);
    }

    @Test
    void keepsSharedReferencesShared() throws EncodingException {
        List<String> shared = new ArrayList<>(List.of("s"));

        List<List<String>> copy = pair.roundTrip(new ArrayList<>(List.of(shared, shared)));

        assertThat(copy.get(0)).isSameAs(copy.get(1));
        assertThat(pair.roundTrip(new IdentityHashMap<>(Map.of("a", 1)))).hasSize(1);
    }

    @Test
    void keepsEnumConstantsAndSingletons() throws EncodingException {
        assertThat(pair.roundTrip(Operation.TIMES)).isSameAs(Operation.TIMES);
        assertThat(pair.roundTrip(Singleton.ONLY)).isSameAs(Singleton.ONLY);
    }

    @Test
    void runsWriteReplaceAndReadResolve() throws EncodingException {
        assertThat(pair.roundTrip(new Swapped("x")).text).isEqualTo("x, read");
    }

    @Test
    void runsWriteObjectAndReadObject() throws EncodingException {
        Counting copy = pair.roundTrip(new Counting(21));

        assertThat(copy.half).isEqualTo(21);
        assertThat(copy.restored).isTrue();
    }

    @Test
    void runsExternalizable() throws EncodingException {
        assertThat(pair.roundTrip(new External("e")).text).isEqualTo("e from outside");
    }

    @Test
    void carriesAtomics() throws EncodingException {
        assertThat(pair.roundTrip(new AtomicInteger(3))).hasValue(3);
        assertThat(pair.roundTrip(new AtomicReference<>("r"))).hasValue("r");
    }

    @Test
    void carriesProxies() throws Exception {
        Callable<?> proxy = (Callable<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Callable.class, Hidden.class},
                new Answer("a" + System.nanoTime()));

        Callable<?> copy = pair.roundTrip(proxy);

        assertThat(copy.call()).isEqualTo(proxy.call());
        assertThat(copy).isInstanceOf(Hidden.class);
    }

    @Test
    void carriesExceptionsWithStackCauseAndSuppressed() throws EncodingException {
        Exception thrown = new IOException("outer", new Coded(7));
        thrown.addSuppressed(new IllegalStateException("beside"));

        Exception copy = pair.roundTrip(thrown);

        assertThat(copy).hasMessage("outer").hasStackTraceContaining("carriesExceptionsWithStackCauseAndSuppressed");
        assertThat(copy.getStackTrace()).isEqualTo(thrown.getStackTrace());
        assertThat(((Coded) copy.getCause()).code).isEqualTo(7);
        assertThat(copy.getSuppressed()).hasSize(1);
        assertThat(copy.getSuppressed()[0]).hasMessage("beside");
    }

    @Test
    void carriesSubclassesWithFieldsOnEachLevel() throws EncodingException {
        Sub value = new Sub("upper", "lower");
        value.scratch = "changed";

        Sub copy = pair.roundTrip(value);

        assertThat(copy.upper).isEqualTo("upper");
        assertThat(copy.lower).isEqualTo("lower");
        assertThat(copy.scratch).isEqualTo("made by the constructor");
    }

    @Test
    void carriesAnonymousAndLocalClasses() throws Exception {
        record Local(int x) implements Serializable {}

        assertThat(pair.roundTrip(new Local(4))).isEqualTo(new Local(4));
        assertThat(pair.roundTrip(anonymous("n")).call()).isEqualTo("n");
    }

    private static Job anonymous(String name) {
        return new Job() {
            @Override
            public Object call() {
                return name;
            }
        };
    }

    private <T> T decoded(T value) {
        try {
            return pair.roundTrip(value);
        } catch (EncodingException e) {
            throw new AssertionError(e);
        }
    }

    enum Operation {
        PLUS {
            @Override
            int apply(int a, int b) {
                return a + b;
            }
        },
        TIMES {
            @Override
            int apply(int a, int b) {
                return a * b;
            }
        };

        abstract int apply(int a, int b);
    }

    record Money(BigDecimal amount, String currency) implements Serializable {
        Money {
            if (amount.signum() < 0) {
                throw new IllegalArgumentException("amount must not be negative: amount=" + amount);
            }
        }
    }

    record Nested<A, B>(A first, B second) implements Serializable {}

    static final class Singleton implements Serializable {
        static final Singleton ONLY = new Singleton();

        private Object readResolve() {
            return ONLY;
        }
    }

    static final class Swapped implements Serializable {
        final String text;

        Swapped(String text) {
            this.text = text;
        }

        private Object writeReplace() {
            return new Substitute(text);
        }
    }

    record Substitute(String text) implements Serializable {
        private Object readResolve() {
            return new Swapped(text + ", read");
        }
    }

    static final class Counting implements Serializable {
        transient int half;
        transient boolean restored;

        Counting(int half) {
            this.half = half;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.writeInt(half * 2);
            out.writeObject("trailer");
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            half = in.readInt() / 2;
            restored = in.readObject().equals("trailer");
        }
    }

    public static final class External implements Externalizable {
        String text = "";

        public External() {}

        External(String text) {
            this.text = text;
        }

        @Override
        public void writeExternal(ObjectOutput out) throws IOException {
            out.writeUTF(text);
        }

        @Override
        public void readExternal(ObjectInput in) throws IOException {
            text = in.readUTF() + " from outside";
        }
    }

    /** Not public, so that its proxies live in this package. */
    interface Hidden {}

    record Answer(String text) implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, Method method, Object[] args) {
            return text;
        }
    }

    static final class Coded extends Exception {
        final int code;

        Coded(int code) {
            super("code " + code);
            this.code = code;
        }
    }

    /** Not serializable: its constructor runs again on the other side. */
    static class Top {
        String scratch = "made by the constructor";
    }

    static class Middle extends Top implements Serializable {
        final String upper;

        Middle(String upper) {
            this.upper = upper;
        }
    }

    static final class Sub extends Middle {
        final String lower;

        Sub(String upper, String lower) {
            super(upper);
            this.lower = lower;
        }
    }
}

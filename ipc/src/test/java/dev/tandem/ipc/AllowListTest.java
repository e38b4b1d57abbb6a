package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ipc.Codec.Encoded;
import java.io.Externalizable;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.chrono.JapaneseDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes from a peer that is not trusted is judged by name before a class is loaded. */
@SuppressWarnings("serial")
class AllowListTest {

    private static final String TRAP = Trap.class.getName();
    private static final ClassLoader NO_FILES = new ClassLoader(null) {};

    private final ClassLoader contextBefore = Thread.currentThread().getContextClassLoader();
    private final Watching loader = new Watching(getClass().getClassLoader());

    /** Does harm while it is decoded. */
    static final class Trap implements Serializable {
        static final AtomicBoolean SPRUNG = new AtomicBoolean();

        private void readObject(ObjectInputStream in) {
            SPRUNG.set(true);
        }
    }

    /** The same by another door. */
    public static final class OuterTrap implements Externalizable {
        /** As the interface demands. */
        public OuterTrap() {}

        @Override
        public void writeExternal(ObjectOutput out) {}

        @Override
        public void readExternal(ObjectInput in) {
            Trap.SPRUNG.set(true);
        }
    }

    record Holder(Object held) implements Serializable {}

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "green";
            }
        }
    }

    interface Job extends Callable<Object>, Serializable {}

    record Springing() implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, Method method, Object[] args) {
            Trap.SPRUNG.set(true);
            return 0;
        }
    }

    /** Remembers for which classes it was asked. */
    private static final class Watching extends ClassLoader {
        final List<String> asked = new CopyOnWriteArrayList<>();

        Watching(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            asked.add(name);
            return super.loadClass(name, resolve);
        }
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(contextBefore);
        Trap.SPRUNG.set(false);
    }

    @Test
    void letsValuesCollectionsAndExceptionsOfTheJdkPass() throws Exception {
        Map<Object, Object> identity = new ConcurrentHashMap<>(Map.of("a", 1));
        List<Object> values = List.of(
                1,
                2L,
                (short) 3,
                (byte) 4,
                'c',
                true,
                1.5,
                2.5f,
                "text",
                BigInteger.TEN,
                new BigDecimal("1.25"),
                RoundingMode.UP,
                UUID.randomUUID(),
                URI.create("a:b"),
                new Date(5),
                Locale.GERMAN,
                new BitSet(3));
        List<Object> times = List.of(
                Instant.EPOCH,
                LocalDate.EPOCH,
                Duration.ofDays(1),
                ZoneId.of("Europe/Berlin"),
                DayOfWeek.FRIDAY,
                ZonedDateTime.of(2020, 1, 1, 0, 0, 0, 0, ZoneId.of("UTC")),
                JapaneseDate.of(2020, 1, 1),
                TimeUnit.DAYS);
        TreeMap<String, Integer> sorted = new TreeMap<>(Comparator.<String>reverseOrder());
        sorted.putAll(Map.of("x", 1, "y", 2));
        List<Object> collections = List.of(
                new ArrayList<>(List.of(1)),
                new LinkedList<>(List.of(2)),
                new ArrayDeque<>(List.of(3)).clone().toArray(),
                List.of(1),
                List.of(1, 2, 3),
                Set.of(),
                Set.of(1, 2, 3),
                Map.of(),
                Map.of(1, 2),
                Map.of(1, 2, 3, 4),
                new HashMap<>(Map.of(1, 2)),
                new LinkedHashMap<>(Map.of(1, 2)),
                sorted,
                new TreeSet<>(Set.of(3, 1)),
                new HashSet<>(Set.of(1)),
                new LinkedHashSet<>(Set.of(2)),
                Arrays.asList(1, null),
                identity,
                new EnumMap<>(Map.of(TimeUnit.DAYS, 1)),
                EnumSet.of(TimeUnit.DAYS),
                new Properties(),
                new CopyOnWriteArrayList<>(List.of(5)),
                new ConcurrentSkipListMap<>(Map.of("k", 1)),
                Collections.unmodifiableMap(new TreeMap<>(Map.of(1, 2))),
                Collections.singletonList(1),
                Collections.emptyList(),
                Collections.unmodifiableSortedSet(new TreeSet<>(Set.of(1))),
                Map.entry("k", "v").getKey(),
                new AbstractEntry("k").entry());
        List<Object> others = List.of(
                new AtomicLong(4).get(),
                new int[][] {{1}, {2}},
                new String[] {"a"},
                new Object[] {1, "b"},
                String.class);

        CodecPair pair = pairBehind(AllowList.of(List.of(), NO_FILES));
        for (List<Object> group : List.of(values, times, collections, others)) {
            assertThat(pair.roundTrip(new ArrayList<>(group)))
                    .usingRecursiveComparison()
                    .isEqualTo(group);
        }
        for (Object one : List.of(
                new AtomicReference<>("r"),
                new AtomicIntegerArray(3),
                new LongAdder(),
                new PriorityQueue<>(List.of(2, 1)),
                Path.of("a", "b"),
                Collections.synchronizedMap(new HashMap<>(Map.of(1, 2))),
                new ConcurrentLinkedQueue<>(List.of(1)))) {
            assertThat(pair.roundTrip(one)).hasToString(one.toString());
        }
        Throwable failure = new IllegalStateException("outer", new java.io.IOException("inner"));
        failure.addSuppressed(new ArithmeticException("beside"));
        assertThat(pair.roundTrip(failure)).hasStackTraceContaining("Caused by: java.io.IOException: inner");
    }

    /** Entries are no record of ours. */
    private record AbstractEntry(String key) {
        Object entry() {
            return new java.util.AbstractMap.SimpleEntry<>(key, 1);
        }
    }

    @Row("S10")
    @Test
    void s10RefusesAClassByItsNameAndNeverLoadsIt() throws Exception {
        EncodingException refused = refusalOf(new Trap(), AllowList.of(List.of(), NO_FILES));

        assertThat(refused.culprit()).isEqualTo(TRAP);
        assertThat(refused)
                .hasMessageContaining("Class " + TRAP + " is on no allow-list and was refused by its name")
                .hasMessageContaining(".allow(\"" + TRAP + "\")")
                .hasMessageContaining("the line " + TRAP + " to META-INF/tandem/allowed-types");
        assertNothingHappened();
    }

    @Row("S10")
    @Test
    void s10RefusesItInsideOfWhatIsAllowedAndAsAnArrayAndAsAClass() throws Exception {
        AllowList list = AllowList.of(List.of(Holder.class.getName()), NO_FILES);
        for (Object value : List.of(
                new Holder(new Trap()),
                new Trap[1][1],
                Trap.class,
                new Holder(Trap[].class),
                List.of(new Trap()),
                new HashMap<>(Map.of("k", new Trap())))) {
            assertThat(refusalOf(value, list).culprit()).isEqualTo(TRAP);
        }
        assertNothingHappened();
    }

    @Row({"S10", "Z8"})
    @Test
    void s10RefusesWhatOnlyTheContextLoaderWouldFind() throws Exception {
        Encoded encoded = Codec.java().newEncoder(1 << 20).encode(new Trap());
        Watching context = new Watching(getClass().getClassLoader());
        Thread.currentThread().setContextClassLoader(context);
        CodecPair pair = new CodecPair(
                Codec.java().newEncoder(1 << 20),
                Codec.java().newDecoder(ClassLoader.getPlatformClassLoader(), AllowList.of(List.of(), NO_FILES)));

        assertThat(catchThrowableOfType(EncodingException.class, () -> pair.receive(encoded))
                        .culprit())
                .isEqualTo(TRAP);
        assertThat(context.asked).isEmpty();
    }

    @Row("S10")
    @Test
    void s10RefusesLambdasProxiesAndExternalizableWhoeverNamesThem() throws Exception {
        AllowList all = AllowList.of(
                List.of("dev.tandem.ipc.**", "java.lang.invoke.SerializedLambda", "java.lang.reflect.Proxy"), NO_FILES);
        all.allowCodeOf(AllowListTest.class);
        Object proxy =
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Comparable.class}, new Springing());

        assertThat(refusalOf((Job) () -> 1, all)).hasMessageStartingWith("A lambda or a method reference was refused");
        assertThat(refusalOf(new Holder((Job) UUID::randomUUID), all)).hasMessageContaining("A lambda");
        assertThat(refusalOf(SerializedLambda.class, all)).hasMessageContaining("A lambda");
        assertThat(refusalOf(proxy, all)).hasMessageStartingWith("A dynamic proxy of java.lang.Comparable was refused");
        assertThat(refusalOf(new OuterTrap(), all))
                .hasMessageContaining(OuterTrap.class.getName() + ", which is java.io.Externalizable, was refused");
        assertThat(Trap.SPRUNG).isFalse();
    }

    @Row("S10")
    @Test
    void s10RefusesAUrlThatWouldAskTheNetwork() throws Exception {
        Set<Object> urls = new HashSet<>(Set.of(new URL("http://nobody.invalid/")));

        assertThat(refusalOf(urls, AllowList.of(List.of(), NO_FILES)))
                .hasMessageContaining("Class java.net.URL")
                .hasMessageContaining("Better send a java.net.URI");
    }

    @Row("S10")
    @Test
    void s10RefusesAForgedMessageThatNamesOurOwnClassForLambdas() throws Exception {
        Encoded encoded = Codec.java().newEncoder(1 << 20).encode((Job) () -> 1);
        AllowList list = AllowList.of(List.of("dev.tandem.ipc.LambdaCall", "dev.tandem.ipc.*"), NO_FILES);

        assertThat(catchThrowableOfType(
                        EncodingException.class, () -> pairBehind(list).receive(encoded)))
                .hasMessageContaining("A lambda");
    }

    @Test
    void letsThePackagesPassThatPatternsName() throws Exception {
        String holder = Holder.class.getName();
        for (String pattern : List.of(holder, "dev.tandem.ipc.*", "dev.tandem.ipc.**", "dev.tandem.**", "dev.**")) {
            CodecPair pair = pairBehind(AllowList.of(List.of(pattern), NO_FILES));
            assertThat(pair.roundTrip(new Holder(1))).isEqualTo(new Holder(1));
        }
        for (String pattern :
                List.of("dev.tandem.*", "dev.tandem.ip", "dev.tandem.ipc", holder + "2", "dev.tandem.ipc.x.**")) {
            assertThat(refusalOf(new Holder(1), AllowList.of(List.of(pattern), NO_FILES))
                            .culprit())
                    .isEqualTo(holder);
        }
    }

    @Test
    void letsEnumsPassWithBodiesToo() throws Exception {
        CodecPair pair = pairBehind(AllowList.of(List.of(Colour.class.getName()), NO_FILES));

        assertThat(pair.roundTrip(List.of(Colour.RED, Colour.GREEN))).containsExactly(Colour.RED, Colour.GREEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "**",
                "com.acme.",
                ".com",
                "com.acme.In*",
                "com/acme",
                "com.acme.***",
                "!com.acme.A",
                "[I"
            })
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> AllowList.checkPattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + pattern + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.**", "java.util.*", "javax.**", "jdk.internal.**", "sun.*", "com.sun.rowset.**"})
    void refusesWholePackagesOfTheJdk(String pattern) {
        assertThatThrownBy(() -> AllowList.checkPattern(pattern)).hasMessageContaining("must be named in full");
        assertThatCode(() -> AllowList.checkPattern("java.util.regex.Pattern")).doesNotThrowAnyException();
        assertThatCode(() -> AllowList.checkPattern("javafx.**")).doesNotThrowAnyException();
    }

    @Test
    void letsTheApplicationsOwnClassesPassButNotThoseOfOtherPlaces(@TempDir Path elsewhere) throws Exception {
        AllowList list = AllowList.of(List.of(), NO_FILES);
        list.allowCodeOf(AllowListTest.class);
        list.allowCodeOf(String.class);
        CodecPair pair = pairBehind(list);

        assertThat(pair.roundTrip(new Holder(Colour.RED))).isEqualTo(new Holder(Colour.RED));
        assertThat(refusalOf(new org.opentest4j.AssertionFailedError("of a library"), list)
                        .culprit())
                .isEqualTo("org.opentest4j.AssertionFailedError");
        Path copy = elsewhere.resolve("dev/tandem/ipc/AllowListTest$Holder.class");
        Files.createDirectories(copy.getParent());
        try (var in = getClass().getResourceAsStream("AllowListTest$Holder.class")) {
            Files.copy(in, copy);
        }
        try (URLClassLoader other =
                new URLClassLoader(new URL[] {elsewhere.toUri().toURL()}, null)) {
            Encoded encoded = Codec.java().newEncoder(1000).encode(new Holder(1));
            CodecPair foreign =
                    new CodecPair(Codec.java().newEncoder(1000), Codec.java().newDecoder(other, list));
            assertThatThrownBy(() -> foreign.receive(encoded)).hasMessageContaining("is on no allow-list");
            list.allowCodeOf(other.loadClass(Holder.class.getName()));
            assertThat(foreign.receive(encoded).getClass().getClassLoader()).isSameAs(other);
        }
    }

    @Test
    void findsOutALoaderThatLiesAboutThePlaceOfAClass() throws Exception {
        AllowList list = AllowList.of(List.of(), NO_FILES);
        list.allowCodeOf(AllowListTest.class);
        ClassLoader liar =
                new IsolatingLoader(name -> name.equals(Holder.class.getName())); // defines it without a place
        Encoded encoded = Codec.java().newEncoder(1000).encode(new Holder(1));
        CodecPair pair =
                new CodecPair(Codec.java().newEncoder(1000), Codec.java().newDecoder(liar, list));

        assertThatThrownBy(() -> pair.receive(encoded)).hasMessageContaining("is on no allow-list");
    }

    @Test
    void readsTheFilesThatJarsBring(@TempDir Path classes) throws Exception {
        Path file = classes.resolve(AllowList.RESOURCE);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "# of our tests\n\n  " + Holder.class.getName() + " # a comment\n");
        try (URLClassLoader resources =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, null)) {
            assertThat(pairBehind(AllowList.of(List.of(), resources)).roundTrip(new Holder(1)))
                    .isEqualTo(new Holder(1));

            Files.writeString(file, "com.acme.Or*der\n");
            assertThatThrownBy(() -> AllowList.of(List.of(), resources))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("file:" + file)
                    .hasMessageContaining("'com.acme.Or*der'");
        }
    }

    @Test
    void recordsWhatItWouldRefuseAndRefusesNothing(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("deep/allowed-types");
        AllowList recording = AllowList.recording();
        CodecPair pair = pairBehind(recording);

        pair.roundTrip(List.of(new Holder(new Holder[0]), Colour.GREEN, new Trap(), "x", 5));
        pair.roundTrip(new OuterTrap());
        assertThat(pair.roundTrip((Job) () -> 7).call()).isEqualTo(7);
        recording.writeTo(file);

        assertThat(recording.needed()).contains(Holder.class.getName(), Colour.class.getName(), TRAP);
        assertThat(Files.readAllLines(file))
                .contains(
                        "# refused whoever allows it: " + OuterTrap.class.getName() + " (java.io.Externalizable)", TRAP)
                .doesNotContain("java.lang.Integer", OuterTrap.class.getName());
        List<String> patterns = Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        assertThat(patterns).isSorted();
        assertThat(pairBehind(AllowList.of(patterns, NO_FILES)).roundTrip(new Holder(1)))
                .isEqualTo(new Holder(1));
    }

    @Test
    void keepsWhatTheFileSaysAlready(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("allowed-types");
        Files.writeString(file, "# ours\ncom.acme.** # all of it\n\norg.other.Thing\n");

        AllowedTypesFile.merge(file, List.of("com.acme.Order", "a.B", "org.other.Thing"), List.of());
        AllowedTypesFile.merge(file, List.of("a.B"), List.of());

        assertThat(file)
                .content()
                .isEqualToNormalizingNewlines("# ours\na.B\ncom.acme.** # all of it\norg.other.Thing\n");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void keepsNoMoreDefinitionsThanItMust() throws Exception {
        Codec.Decoder decoder = Codec.java().newDecoder(loader, AllowList.of(List.of(), NO_FILES));
        byte[] large = new byte[1 << 20];
        for (int id = 1; id < 40; id++) {
            decoder.define(new Codec.Definition(id, large));
        }
        Encoded encoded = Codec.java().newEncoder(1000).encode(List.of(1));
        encoded.definitions().forEach(decoder::define);

        assertThatThrownBy(() -> decoder.decode(encoded.bytes(), 0, encoded.bytes().length))
                .hasMessageContaining("after the 16777216 bytes of definitions");
    }

    @Test
    void isRefusedByACodecThatKnowsNothingOfIt() {
        Codec own = new Codec() {
            @Override
            public Encoder newEncoder(long maxBytes) {
                throw new AssertionError();
            }

            @Override
            public Decoder newDecoder(ClassLoader unused) {
                throw new AssertionError();
            }

            @Override
            public String toString() {
                return "codec of ours";
            }
        };
        assertThatThrownBy(() -> own.newDecoder(loader, AllowList.recording()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("codec of ours")
                .hasMessageContaining("implement newDecoder(ClassLoader, AllowList)");
    }

    private void assertNothingHappened() {
        assertThat(loader.asked).doesNotContain(TRAP);
        assertThat(Trap.SPRUNG).isFalse();
    }

    private EncodingException refusalOf(Object value, AllowList list) throws EncodingException {
        Encoded encoded = Codec.java().newEncoder(1 << 20).encode(value);
        return catchThrowableOfType(
                EncodingException.class, () -> pairBehind(list).receive(encoded));
    }

    private CodecPair pairBehind(AllowList list) {
        return new CodecPair(Codec.java().newEncoder(1 << 20), Codec.java().newDecoder(loader, list));
    }
}

package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ClassSupplyStats;
import dev.tandem.NotTransferableException;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.ipc.Codec;
import dev.tandem.testing.CompiledCode;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Classes and resources that no worker has on its class path. */
@Timeout(60)
final class SuppliedClassesTest {

    private static final Map<String, String> SOURCES = sources(
            "plugin.Tasks",
            """
            package plugin;
            import dev.tandem.*;
            import java.util.*;
            public class Tasks {
                public static Task<String> lambda(String text) {
                    Box box = new Box(text);
                    return () -> box.text() + " in " + box.getClass().getClassLoader().getName();
                }
                public static Task<Object> result() {
                    return () -> new Box("back");
                }
                public static Task<String> failure() {
                    return () -> { throw new Failure(new Box("inside")); };
                }
                public static Task<String> initializer() {
                    return () -> Initialized.VALUE;
                }
                public static Task<String> interrupted() {
                    return () -> {
                        Thread.currentThread().interrupt();
                        String value = Afterwards.VALUE;
                        return value + " " + Thread.interrupted();
                    };
                }
                public static Task<String> thread() {
                    return () -> {
                        String[] value = new String[1];
                        Thread thread = new Thread(() -> value[0] = OfThread.VALUE);
                        thread.start();
                        thread.join();
                        return value[0];
                    };
                }
                public static Task<String> resource() {
                    return () -> {
                        try (var in = Tasks.class.getResourceAsStream("words.txt")) {
                            return new String(in.readAllBytes());
                        }
                    };
                }
                public static Task<String> noResource() {
                    return () -> String.valueOf(Tasks.class.getResource("nothing.txt"));
                }
                public static Task<String> relative() {
                    return () -> {
                        var words = Tasks.class.getResource("texts.properties");
                        try (var in = new java.net.URL(words, "words.txt").openStream()) {
                            return words.getProtocol() + " " + new String(in.readAllBytes());
                        }
                    };
                }
                public static Task<String> oddlyNamed(String name) {
                    return () -> {
                        var found = Tasks.class.getResource(name);
                        var relative = new java.net.URL(
                                Tasks.class.getResource("words.txt"), found.getPath());
                        try (var stream = Tasks.class.getResourceAsStream(name);
                                var opened = found.openStream();
                                var again = relative.openStream()) {
                            return found.toURI().getPath() + ": " + new String(stream.readAllBytes())
                                    + new String(opened.readAllBytes()) + new String(again.readAllBytes());
                        }
                    };
                }
                public static Task<String> large() {
                    return () -> {
                        try (var in = Tasks.class.getResource("large.txt").openStream()) {
                            return "read " + in.readAllBytes().length;
                        }
                    };
                }
                public static Task<Integer> count(String name) {
                    return () -> Collections.list(Thread.currentThread().getContextClassLoader().getResources(name)).size();
                }
                public static Task<String> version() {
                    return () -> Version.NAME.get();
                }
                public static Task<String> local() {
                    return () -> System.getProperty("started");
                }
                public static TaskAction start() {
                    return () -> System.setProperty("started", new Box("by the plug-in").text());
                }
                public static Task<String> meeting(dev.tandem.testing.Marks inside, dev.tandem.testing.Gate gate) {
                    Box box = new Box("met");
                    return () -> {
                        inside.count("inside");
                        gate.await();
                        return box.text();
                    };
                }
                public static Task<Integer> manyThreads(int count) {
                    return () -> {
                        ClassLoader loader = Thread.currentThread().getContextClassLoader();
                        var found = new java.util.concurrent.atomic.AtomicInteger();
                        List<Thread> threads = new ArrayList<>();
                        for (int i = 0; i < count; i++) {
                            threads.add(new Thread(() -> {
                                if (loader.getResource("plugin/words.txt") != null) {
                                    found.incrementAndGet();
                                }
                            }));
                        }
                        threads.forEach(Thread::start);
                        for (Thread thread : threads) {
                            thread.join();
                        }
                        return found.get();
                    };
                }
                public static Task<String> service() {
                    return () -> {
                        StringBuilder all = new StringBuilder();
                        ServiceLoader.load(Service.class).forEach(service -> all.append(service.name()));
                        return all.toString();
                    };
                }
                public static Task<String> bundle() {
                    return () -> ResourceBundle.getBundle("plugin.texts", Locale.FRENCH, Tasks.class.getClassLoader())
                            .getString("hello");
                }
                public static Task<String> missing() {
                    return () -> Missing.class.getName();
                }
                public static Task<String> origin() {
                    return () -> Tasks.class.getProtectionDomain().getCodeSource().getLocation() + " "
                            + Tasks.class.getPackage().getName() + " "
                            + Thread.currentThread().getContextClassLoader().getResources("plugin/words.txt").nextElement();
                }
            }
            """,
            "plugin.Box",
            "package plugin; public record Box(String text) implements java.io.Serializable {}",
            "plugin.Failure",
            """
            package plugin;
            public class Failure extends RuntimeException {
                public final Box box;
                public Failure(Box box) { super(box.text()); this.box = box; }
            }
            """,
            "plugin.Initialized",
            "package plugin; public class Initialized { public static final String VALUE = new Box(Late.VALUE).text(); }",
            "plugin.Late",
            "package plugin; public class Late { public static final String VALUE = String.valueOf(\"late\"); }",
            "plugin.Afterwards",
            "package plugin; public class Afterwards { public static final String VALUE = String.valueOf(\"afterwards\"); }",
            "plugin.OfThread",
            "package plugin; public class OfThread { public static final String VALUE = String.valueOf(\"thread\"); }",
            "plugin.Service",
            "package plugin; public interface Service { String name(); }",
            "plugin.Provider",
            "package plugin; public class Provider implements Service { public String name() { return \"one\"; } }",
            "plugin.Version",
            "package plugin; public class Version { public static final java.util.function.Supplier<String> NAME = () -> \"one\"; }",
            "plugin.PlainCodec",
            """
            package plugin;
            import dev.tandem.ipc.Codec;
            public class PlainCodec implements Codec {
                public Encoder newEncoder(long maxBytes) { return Codec.java().newEncoder(maxBytes); }
                public Decoder newDecoder(ClassLoader loader) { return Codec.java().newDecoder(loader); }
            }
            """,
            "plugin.Missing",
            "package plugin; public class Missing {}");

    private static CompiledCode code;
    private static URLClassLoader ofJar;
    private static ParallelRunner runner;

    @BeforeAll
    static void compile(@TempDir Path directory) throws IOException {
        code = CompiledCode.of(SOURCES)
                .with("plugin/words.txt", "some words")
                .with("plugin/a #1?2 100% \u00e4;x.txt", "odd.")
                .with("META-INF/services/plugin.Service", "plugin.Provider")
                .with("plugin/texts.properties", "hello=hello")
                .with("plugin/texts_fr.properties", "hello=bonjour");
        Path jar = code.jar(directory.resolve("plug in.jar"));
        ofJar = new URLClassLoader(
                "plugin", new URL[] {jar.toUri().toURL()}, SuppliedClassesTest.class.getClassLoader());
        runner = ParallelRunner.processes(o -> o.workers(1));
    }

    @AfterAll
    static void close() throws IOException {
        runner.close();
        ofJar.close();
    }

    @SuppressWarnings("unchecked")
    private static <R> Task<R> task(ClassLoader loader, String method, Object... arguments) {
        try {
            for (Method candidate : loader.loadClass("plugin.Tasks").getMethods()) {
                if (candidate.getName().equals(method)) {
                    return (Task<R>) candidate.invoke(null, arguments);
                }
            }
            throw new AssertionError("no method " + method);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> sources(String... namesAndTexts) {
        Map<String, String> sources = new HashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            sources.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return sources;
    }

    private static Object onPlugIn(String method, Object... arguments) {
        return runner.submit(task(ofJar, method, arguments)).join();
    }

    @Test
    void runsALambdaOfAPlugInThatCapturesAnObjectOfThePlugIn() {
        assertThat(onPlugIn("lambda", "hi")).isEqualTo("hi in tandem-supplied");
    }

    @Test
    void findsClassesThatAreMadeInMemoryIfTheirLoaderServesThem() {
        assertThat(runner.submit(SuppliedClassesTest.<String>task(code.loader(), "lambda", "hi"))
                        .join())
                .isEqualTo("hi in tandem-supplied");
    }

    @Test
    void saysWhoseClassIsMissingWhereItWasLookedForAndWhatToDo() {
        Task<String> task = task(code.secretiveLoader(), "initializer");
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(1))) {
            assertThatThrownBy(() -> own.submit(task).join())
                    .isInstanceOf(NotTransferableException.class)
                    .hasMessageContaining("plugin.Tasks is not on the class path of this worker (of ")
                    .hasMessageContaining("InMemory 'memory'")
                    .hasMessageContaining("override its findResource or getResourceAsStream")
                    .hasMessageContaining("classPath(..)")
                    .extracting(failure -> ((NotTransferableException) failure).culprit())
                    .isEqualTo("plugin.Tasks");
        }
    }

    @Test
    void explainsAClassThatATaskMissesOnItsWay() throws IOException {
        CompiledCode.InMemory incomplete = code.loader();
        incomplete.remove("plugin/Missing.class");
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(1))) {
            assertThatThrownBy(() -> own.submit(SuppliedClassesTest.<String>task(incomplete, "missing"))
                            .join())
                    .isInstanceOf(TaskFailedException.class)
                    .cause()
                    .isInstanceOf(NoClassDefFoundError.class)
                    .hasMessage("plugin/Missing")
                    .cause()
                    .hasMessageContaining("plugin.Missing is not on the class path of this worker (of ")
                    .hasMessageContaining(
                            "asked: InMemory 'memory'".replace("InMemory", CompiledCode.InMemory.class.getName()));
        }
    }

    @Test
    void bringsResultsBackWhoseClassOnlyTheTasksLoaderKnows() throws ReflectiveOperationException {
        Object result = onPlugIn("result");
        assertThat(result.getClass()).isSameAs(ofJar.loadClass("plugin.Box"));
        assertThat(result).hasToString("Box[text=back]");
    }

    @Test
    void bringsExceptionsBackWhoseClassOnlyTheTasksLoaderKnows() {
        assertThatThrownBy(() -> onPlugIn("failure"))
                .isInstanceOf(TaskFailedException.class)
                .cause()
                .satisfies(cause -> assertThat(cause.getClass()).isSameAs(ofJar.loadClass("plugin.Failure")))
                .extracting("box")
                .hasToString("Box[text=inside]");
    }

    @Test
    void loadsWhatAnInitializerNeeds() {
        assertThat(onPlugIn("initializer")).isEqualTo("late");
    }

    @Test
    void loadsClassesForAnInterruptedTask() {
        assertThat(onPlugIn("interrupted")).isEqualTo("afterwards true");
    }

    @Test
    void loadsClassesForAThreadOfTheTasks() {
        assertThat(onPlugIn("thread")).isEqualTo("thread");
    }

    @Test
    void suppliesResourcesToo() {
        assertThat(onPlugIn("resource")).isEqualTo("some words");
        assertThat(onPlugIn("noResource")).isEqualTo("null");
        assertThat(onPlugIn("service")).isEqualTo("one");
        assertThat(onPlugIn("bundle")).isEqualTo("bonjour");
        assertThat(onPlugIn("origin")).isEqualTo("tandem-supplied:/ plugin tandem-supplied:/plugin/words.txt");
    }

    @Test
    void opensResourcesThatAreRelativeToOthers() {
        assertThat(onPlugIn("relative")).isEqualTo("tandem-supplied some words");
    }

    @Test
    void opensResourcesWhoseNamesAUrlMustEscape() {
        String name = "a #1?2 100% \u00e4;x.txt";
        assertThat(onPlugIn("oddlyNamed", name)).isEqualTo("/plugin/" + name + ": odd.odd.odd.");
    }

    @Test
    void findsOnceWhatWorkersHaveThemselves() {
        String inJar = "META-INF/services/org.assertj.core.configuration.Configuration";
        String onClassPath = SuppliedClassesTest.class.getName().replace('.', '/') + ".class";
        assertThat(onPlugIn("count", onClassPath)).isEqualTo(1);
        assertThat(onPlugIn("count", "META-INF/services/plugin.Service")).isEqualTo(1);
        assertThat(onPlugIn("count", "junit-platform.properties")).isEqualTo(countHere("junit-platform.properties"));
        assertThat(onPlugIn("count", inJar)).isEqualTo(countHere(inJar));
    }

    private static int countHere(String name) {
        try {
            return Collections.list(SuppliedClassesTest.class.getClassLoader().getResources(name))
                    .size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void saysThatAResourceIsTooLarge() {
        CompiledCode.InMemory loader = code.loader();
        loader.add("plugin/large.txt", "x".repeat(200_000));
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(1).maxPayload("100k"))) {
            assertThatThrownBy(() -> own.submit(SuppliedClassesTest.<String>task(loader, "large"))
                            .join())
                    .isInstanceOf(TaskFailedException.class)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "plugin/large.txt cannot be had: it is larger than what may be sent at once, ")
                    .hasMessageContaining("raise maxPayload");
        }
    }

    @Test
    void suppliesTheStartActionAndTheCodec() throws ReflectiveOperationException {
        Codec codec =
                (Codec) ofJar.loadClass("plugin.PlainCodec").getConstructor().newInstance();
        TaskAction start =
                (TaskAction) ofJar.loadClass("plugin.Tasks").getMethod("start").invoke(null);
        try (ParallelRunner own =
                ParallelRunner.processes(o -> o.workers(1).codec(codec).onWorkerStart(start))) {
            assertThat(own.submit(SuppliedClassesTest.<String>task(ofJar, "local"))
                            .join())
                    .isEqualTo("by the plug-in");
        }
    }

    @Test
    void countsWhatIsSuppliedAndWhatWasKnown(@TempDir Path directory) {
        Gate gate = new Gate(directory.resolve("gate").toString());
        Marks inside = new Marks(directory.toString());
        Task<String> task = task(code.loader(), "meeting", inside, gate);
        ClassSupplyStats before;
        ClassSupplyStats once;
        ClassSupplyStats twice;
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(2))) {
            before = own.stats().supplied();
            TaskFuture<String> first = own.submit(task);
            inside.awaitCount(1);
            once = own.stats().supplied();
            TaskFuture<String> second = own.submit(task);
            inside.awaitCount(2);
            twice = own.stats().supplied();
            gate.open();
            assertThat(first.join()).isEqualTo(second.join());
        } finally {
            gate.open();
        }
        assertThat(before).isEqualTo(new ClassSupplyStats(0, 0, 0, 0));
        assertThat(once.classes()).isBetween(2L, 5L); // Tasks, Box, and what the JVM verifies Tasks against
        assertThat(once.resources()).isZero();
        assertThat(once.bytes()).isPositive();
        assertThat(once.cacheHits()).isZero();
        assertThat(twice).isEqualTo(new ClassSupplyStats(2 * once.classes(), 0, 2 * once.bytes(), once.classes()));
    }

    @Test
    void replacesWorkersThatHaveAClassWhichIsRedefined() throws IOException {
        CompiledCode newer = newerVersion();
        CompiledCode.InMemory loader = code.loader();
        Task<String> task = task(loader, "version");
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(1))) {
            assertThat(own.submit(task).join()).isEqualTo("one");
            assertThat(own.submit(task).join()).isEqualTo("one");
            assertThat(own.stats().workersRecycled()).isZero();
            loader.redefine(newer);
            assertThat(own.submit(task).join()).isEqualTo("two");
            assertThat(own.submit(task).join()).isEqualTo("two");
            assertThat(own.stats().workersRecycled()).isEqualTo(1);
            assertThat(own.stats().workersLost()).isZero();
        }
    }

    @Test
    void goesByTheLatestOfTwoLoadersThatHaveClassesOfOneName(@TempDir Path directory) throws IOException {
        CompiledCode newer = newerVersion();
        Path jar = code.plus(newer).jar(directory.resolve("newer.jar"));
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(1));
                URLClassLoader ofNewer = new URLClassLoader(
                        new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            assertThat(own.submit(SuppliedClassesTest.<String>task(ofJar, "version"))
                            .join())
                    .isEqualTo("one");
            assertThat(own.submit(SuppliedClassesTest.<String>task(ofNewer, "version"))
                            .join())
                    .isEqualTo("two");
            assertThat(own.submit(SuppliedClassesTest.<String>task(ofNewer, "initializer"))
                            .join())
                    .isEqualTo("late");
            assertThat(own.submit(SuppliedClassesTest.<String>task(ofJar, "version"))
                            .join())
                    .isEqualTo("one");
            assertThat(own.stats().workersRecycled()).isEqualTo(2);
        }
    }

    @Test
    void neverRunsATaskWithTheClassesOfAnotherLoader(@TempDir Path directory) throws IOException {
        Path jar = code.plus(newerVersion()).jar(directory.resolve("newer.jar"));
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(2));
                URLClassLoader ofNewer = new URLClassLoader(
                        new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            List<TaskFuture<String>> futures = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                futures.add(own.submit(SuppliedClassesTest.<String>task(i % 2 == 0 ? ofJar : ofNewer, "version")));
            }
            for (int i = 0; i < 8; i++) {
                Throwable refused = catchThrowable(futures.get(i)::join);
                if (refused == null) {
                    assertThat(futures.get(i).join()).as("task %s", i).isEqualTo(i % 2 == 0 ? "one" : "two");
                } else {
                    assertThat(refused).hasStackTraceContaining("tasks of two class loaders are under way");
                }
            }
            assertThat(futures)
                    .anySatisfy(future ->
                            assertThatThrownBy(future::join).hasStackTraceContaining("or open a runner for each"));
            assertThat(own.submit(SuppliedClassesTest.<String>task(ofJar, "version"))
                            .join())
                    .as("once the others are done")
                    .isEqualTo("one");
        }
    }

    private static CompiledCode newerVersion() throws IOException {
        String text = SOURCES.get("plugin.Version").replace("one", "two");
        return CompiledCode.of(Map.of("plugin.Version", text));
    }

    @Test
    void killsAWorkerThatWaitsForAClassTooLong() {
        CompiledCode.InMemory loader = code.loader();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        loader.before("plugin/Late.class", () -> {
            asked.countDown();
            awaitUninterruptibly(release);
        });
        Task<String> waits = task(loader, "initializer");
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(1).killGrace(Duration.ofMillis(50)))) {
            TaskFuture<String> future = own.submit(waits);
            awaitUninterruptibly(asked);
            future.cancel();
            assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.KILLED);
            assertThat(own.submit(SuppliedClassesTest.<String>task(loader, "lambda", "next"))
                            .join())
                    .startsWith("next");
            release.countDown();
        }
    }

    @Test
    void loadsInManyThreadsAtOnce() {
        assertThat(onPlugIn("manyThreads", 300)).isEqualTo(300);
    }

    @Test
    void isOfNoUseToAWorkerThatIsNotTrustedButForClasses() {
        try (ParallelRunner own = ParallelRunner.processes(o -> o.workers(1).hardened())) {
            assertThat(own.submit(SuppliedClassesTest.<String>task(ofJar, "lambda", "hi"))
                            .join())
                    .isEqualTo("hi in tandem-supplied");
            assertThat(own.submit(SuppliedClassesTest.<Integer>task(ofJar, "count", "plugin/words.txt"))
                            .join())
                    .isZero();
            assertThat(own.stats().supplied().resources()).isZero();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

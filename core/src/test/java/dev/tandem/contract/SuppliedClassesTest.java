package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.testing.CompiledCode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Classes and resources that no worker has on its class path. */
@Timeout(60)
final class SuppliedClassesTest {

    private static final Map<String, String> SOURCES = Map.of(
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
                        String value = Late.VALUE;
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
            "plugin.OfThread",
            "package plugin; public class OfThread { public static final String VALUE = String.valueOf(\"thread\"); }",
            "plugin.Service",
            "package plugin; public interface Service { String name(); }",
            "plugin.Provider",
            "package plugin; public class Provider implements Service { public String name() { return \"one\"; } }",
            "plugin.Missing",
            "package plugin; public class Missing {}");

    private static CompiledCode code;
    private static URLClassLoader ofJar;
    private static ParallelRunner runner;

    @BeforeAll
    static void compile(@TempDir Path directory) throws IOException {
        code = CompiledCode.of(SOURCES)
                .with("plugin/words.txt", "some words")
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

    @Test
    void runsALambdaOfAPlugInThatCapturesAnObjectOfThePlugIn() {
        assertThat(runner.submit(SuppliedClassesTest.<String>task(ofJar, "lambda", "hi"))
                        .join())
                .isEqualTo("hi in tandem-supplied");
    }
}

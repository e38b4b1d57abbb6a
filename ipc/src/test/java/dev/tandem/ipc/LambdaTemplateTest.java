package dev.tandem.ipc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ipc.Codec.Decoder;
import dev.tandem.ipc.Codec.Definition;
import dev.tandem.ipc.Codec.Encoded;
import dev.tandem.ipc.Codec.Encoder;
import java.io.Serializable;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("serial")
class LambdaTemplateTest {

    interface Job extends Callable<Object>, Serializable {}

    private final Encoder encoder = Codec.java().newEncoder(1 << 20);
    private final CodecPair pair = new CodecPair(encoder, newDecoder());

    private static Job job(Object captured) {
        return () -> captured;
    }

    @Test
    void sendsOfALambdaOnlyWhatItCaptured() throws Exception {
        Encoded first = encoder.encode(job("first"));
        Encoded second = encoder.encode(job("second"));

        assertThat(new String(second.bytes(), ISO_8859_1))
                .contains("second")
                .doesNotContain("lambda", "LambdaTemplateTest");
        assertThat(second.bytes()).hasSizeLessThan(64);
        assertThat(second.definitions()).isEqualTo(first.definitions());
        assertThat(((Job) pair.receive(second)).call()).isEqualTo("second");
        assertThat(((Job) pair.receive(first)).call()).isEqualTo("first");
    }

    @Test
    void tellsALambdaOncePerEncodingHoweverOftenItIsUsed() throws Exception {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            jobs.add(job(i));
        }

        Encoded encoded = encoder.encode(jobs);

        assertThat(encoded.definitions()).extracting(Definition::id).doesNotHaveDuplicates();
        assertThat(encoded.definitions()).hasSizeLessThan(10);
        assertThat(((Job) ((List<?>) pair.receive(encoded)).get(999)).call()).isEqualTo(999);
    }

    @Test
    void tellsLambdasOfOneMethodApart() throws Exception {
        Job one = () -> 1;
        Job two = () -> 2;

        assertThat(pair.roundTrip(one).call()).isEqualTo(1);
        assertThat(pair.roundTrip(two).call()).isEqualTo(2);
        assertThat(pair.roundTrip(one).call()).isEqualTo(1);
    }

    @Test
    void refusesALambdaThatTheClassHereDoesNotHave() throws EncodingException {
        Encoded encoded = encoder.encode(job("x"));
        Decoder decoder = newDecoder();
        for (Definition definition : encoded.definitions()) {
            String text = new String(definition.bytes(), ISO_8859_1).replace("lambda$job", "lambda$old");
            decoder.define(new Definition(definition.id(), text.getBytes(ISO_8859_1)));
        }

        assertThatThrownBy(() -> decoder.decode(encoded.bytes(), 0, encoded.bytes().length))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining(LambdaTemplateTest.class.getName())
                .hasMessageContaining("it has no lambda lambda$old")
                .hasMessageContaining("use one version of its jar on both sides");
    }

    @Test
    void namesTheCapturingClassThatIsMissing() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(null);
        try {
            CodecPair blind = new CodecPair(encoder, Codec.java().newDecoder(ClassLoader.getPlatformClassLoader()));
            assertThatThrownBy(() -> blind.roundTrip(job("x")))
                    .isInstanceOf(EncodingException.class)
                    .hasMessageContaining("Class " + LambdaTemplateTest.class.getName() + " is unknown to this JVM");
        } finally {
            Thread.currentThread().setContextClassLoader(context);
        }
    }

    @Test
    void makesLambdasWithTheContextLoaderOfEachThread() throws Exception {
        Encoded encoded = encoder.encode(job("x"));
        Decoder decoder = Codec.java().newDecoder(ClassLoader.getPlatformClassLoader());
        encoded.definitions().forEach(decoder::define);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader other = new IsolatingLoader(name -> name.startsWith(LambdaTemplateTest.class.getName()));
        try {
            for (ClassLoader loader :
                    List.of(getClass().getClassLoader(), other, getClass().getClassLoader())) {
                Thread.currentThread().setContextClassLoader(loader);
                Object copy = decoder.decode(encoded.bytes(), 0, encoded.bytes().length);
                assertThat(copy.getClass().getClassLoader()).isSameAs(loader);
                assertThat(((Callable<?>) copy).call()).isEqualTo("x");
            }
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    static final class Cell implements Serializable {
        Job job;
    }

    @Test
    void explainsWhyALambdaInACircleCannotBeRestored() {
        Cell cell = new Cell();
        cell.job = () -> cell;

        assertThatThrownBy(() -> pair.roundTrip(cell.job))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("refers back to the lambda");
    }

    @Test
    void makesLambdasOfAModuleThatIsNotOpen(@TempDir Path directory) throws Exception {
        ClassLoader loader = closedModule(directory);
        Class<?> shop = loader.loadClass("shop.Shop");
        assertThat(shop.getModule().isNamed()).isTrue();
        CodecPair connection = new CodecPair(encoder, Codec.java().newDecoder(loader));
        Callable<?> plain =
                (Callable<?>) shop.getMethod("job", String.class, int.class).invoke(null, "a", 7);

        Object[] copies = connection.roundTrip(new Object[] {plain, plain, List.of(plain)});

        assertThat(((Callable<?>) copies[0]).call()).isEqualTo("a7");
        assertThat(copies[0].getClass().getModule()).isSameAs(shop.getModule());
        assertThat(copies[1]).isSameAs(copies[0]);
        assertThat(((List<?>) copies[2]).get(0)).isSameAs(copies[0]);
    }

    @Test
    void namesTheWayThroughLambdasOfAModuleThatIsNotOpen(@TempDir Path directory) throws Exception {
        Class<?> shop = closedModule(directory).loadClass("shop.Shop");
        Object captures = shop.getMethod("capture", Object.class).invoke(null, new Thread());

        assertThatThrownBy(() -> encoder.encode(captures))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("lambda at Shop.java:9 -> captured variable 'goods'");
    }

    private static ClassLoader closedModule(Path directory) throws Exception {
        Path source = Files.createDirectories(directory.resolve("shop"));
        Files.writeString(directory.resolve("module-info.java"), "module shop { exports shop; }");
        Files.writeString(source.resolve("Shop.java"), """
                package shop;
                import java.io.Serializable;
                import java.util.concurrent.Callable;
                public class Shop {
                    public static Object job(String name, int number) {
                        return (Callable<String> & Serializable) () -> name + number;
                    }
                    public static Object capture(Object goods) {
                        return (Callable<Object> & Serializable) () -> goods;
                    }
                }
                """);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int result = compiler.run(
                null,
                null,
                null,
                "-g",
                "-d",
                directory.resolve("out").toString(),
                directory.resolve("module-info.java").toString(),
                source.resolve("Shop.java").toString());
        assertThat(result).isZero();
        Configuration configuration = ModuleLayer.boot()
                .configuration()
                .resolve(ModuleFinder.of(directory.resolve("out")), ModuleFinder.of(), Set.of("shop"));
        return ModuleLayer.boot()
                .defineModulesWithOneLoader(configuration, LambdaTemplateTest.class.getClassLoader())
                .findLoader("shop");
    }

    private static Decoder newDecoder() {
        return Codec.java().newDecoder(LambdaTemplateTest.class.getClassLoader());
    }
}

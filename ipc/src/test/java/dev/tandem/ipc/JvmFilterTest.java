package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** The filter that a JVM was started with holds for the codec too; such a JVM is started for each test. */
class JvmFilterTest {

    private static final List<String> EVIL_REFUSED = List.of(
            "good carried",
            "evil refused naming it",
            "evil by context loader refused naming it",
            "array refused naming it",
            "class refused naming it",
            "proxy refused naming it",
            "listed good carried",
            "listed evil refused naming it",
            "listed evil by context loader refused naming it",
            "listed array refused naming it",
            "listed class refused naming it",
            "limits still hold");

    record Evil(int x) implements Serializable {}

    record Good(int x) implements Serializable {}

    record EvilHandler() implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, Method method, Object[] args) {
            return "evil";
        }
    }

    @Test
    void carriesAllWithoutAFilter() throws Exception {
        assertThat(outcomes(List.of()))
                .containsExactly(
                        "good carried",
                        "evil carried",
                        "evil by context loader carried",
                        "array carried",
                        "class carried",
                        "proxy carried",
                        "listed good carried",
                        "listed evil carried",
                        "listed evil by context loader carried",
                        "listed array carried",
                        "listed class carried",
                        "limits still hold");
    }

    @Row("Z8")
    @Test
    void refusesOnEveryPathWhatTheFilterOfTheJvmForbids() throws Exception {
        String evil = "!" + Evil.class.getName() + ";!" + EvilHandler.class.getName();

        assertThat(outcomes(List.of("-Djdk.serialFilter=" + evil))).containsExactlyElementsOf(EVIL_REFUSED);
    }

    @Row("Z8")
    @Test
    void refusesWhatAFilterFactoryForbids() throws Exception {
        assertThat(outcomes(List.of("-Djdk.serialFilterFactory=" + NoEvilFactory.class.getName())))
                .containsExactlyElementsOf(EVIL_REFUSED);
    }

    /** Adds its own filter to whatever a stream asks for, as a JVM's owner may. */
    public static final class NoEvilFactory implements BinaryOperator<ObjectInputFilter> {
        @Override
        public ObjectInputFilter apply(ObjectInputFilter current, ObjectInputFilter next) {
            ObjectInputFilter noEvil =
                    ObjectInputFilter.Config.createFilter("!" + JvmFilterTest.class.getName() + "$Evil*");
            return next == null ? noEvil : ObjectInputFilter.merge(noEvil, next);
        }
    }

    /** Tries each path and prints what happened. */
    public static final class Child {
        private static AllowList list;

        public static void main(String[] args) {
            ClassLoader application = Child.class.getClassLoader();
            attempt("good", new Good(1), application);
            attempt("evil", new Evil(1), application);
            attempt("evil by context loader", new Evil(1), ClassLoader.getPlatformClassLoader());
            attempt("array", new Evil[1][1], application);
            attempt("class", Evil.class, application);
            attempt(
                    "proxy",
                    Proxy.newProxyInstance(application, new Class<?>[] {Callable.class}, new EvilHandler()),
                    application);
            list = AllowList.of(List.of("dev.tandem.ipc.**"), application); // who allows does not overrule who refuses
            attempt("listed good", new Good(1), application);
            attempt("listed evil", new Evil(1), application);
            attempt("listed evil by context loader", new Evil(1), ClassLoader.getPlatformClassLoader());
            attempt("listed array", new Evil[1][1], application);
            attempt("listed class", Evil.class, application);
            checkLimits();
        }

        private static void attempt(String name, Object value, ClassLoader loader) {
            try {
                Codec.Decoder decoder = list == null
                        ? Codec.java().newDecoder(loader)
                        : Codec.java().newDecoder(loader, list);
                new CodecPair(Codec.java().newEncoder(1 << 20), decoder).roundTrip(value);
                System.out.println(name + " carried");
            } catch (EncodingException e) {
                boolean namesIt = e.culprit().contains("Evil") && e.getMessage().contains("filter");
                System.out.println(name + " refused" + (namesIt ? " naming it" : " as " + e));
            }
        }

        private static void checkLimits() {
            List<Object> deep = new ArrayList<>();
            for (int i = 0; i < 260; i++) {
                deep = new ArrayList<>(List.of(deep));
            }
            try {
                new CodecPair().roundTrip(deep);
                System.out.println("no limits");
            } catch (EncodingException e) {
                System.out.println(e.culprit().equals("maxdepth") ? "limits still hold" : e.toString());
            }
        }
    }

    private static List<String> outcomes(List<String> options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(options);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(Child.class.getName());
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = child.getInputStream()) {
            List<String> lines = new String(output.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return lines;
        } finally {
            child.toHandle().destroyForcibly();
        }
    }
}

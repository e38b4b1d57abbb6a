package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ipc.Codec.Decoder;
import dev.tandem.ipc.Codec.Encoded;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClassResolverTest {

    private static final ClassLoader APPLICATION = ClassResolverTest.class.getClassLoader();

    private final ClassLoader contextBefore = Thread.currentThread().getContextClassLoader();

    record Value(int x) implements Serializable {
        private static final long serialVersionUID = 0x1122334455667788L;
    }

    static final class Versioned implements Serializable {
        private static final long serialVersionUID = 0x1122334455667788L;
    }

    interface Hidden {
        Object answer();
    }

    record Answer(Object answer) implements InvocationHandler, Serializable {
        @Override
        public Object invoke(Object proxy, Method method, Object[] args) {
            return answer;
        }
    }

    @AfterEach
    void restoreContextLoader() {
        Thread.currentThread().setContextClassLoader(contextBefore);
    }

    @Test
    void asksTheGivenLoaderFirst() throws Exception {
        IsolatingLoader other = new IsolatingLoader(ClassResolverTest::isTwin);
        Thread.currentThread().setContextClassLoader(APPLICATION);

        Object copy = decode(new Value(3), other);

        assertThat(copy.getClass().getClassLoader()).isSameAs(other);
        assertThat(copy).hasToString("Value[x=3]");
    }

    @Test
    void asksTheContextLoaderNext() throws Exception {
        Thread.currentThread().setContextClassLoader(APPLICATION);

        assertThat(decode(new Value(3), ClassLoader.getPlatformClassLoader())).isEqualTo(new Value(3));
    }

    @Test
    void asksTheContextLoaderOfEachThreadAnew() throws Exception {
        Decoder decoder = Codec.java().newDecoder(ClassLoader.getPlatformClassLoader());
        Encoded encoded = Codec.java().newEncoder(1000).encode(new Value(3));
        encoded.definitions().forEach(decoder::define);
        IsolatingLoader other = new IsolatingLoader(ClassResolverTest::isTwin);

        Thread.currentThread().setContextClassLoader(APPLICATION);
        Object first = decoder.decode(encoded.bytes(), 0, encoded.bytes().length);
        Thread.currentThread().setContextClassLoader(other);
        Object second = decoder.decode(encoded.bytes(), 0, encoded.bytes().length);

        assertThat(first.getClass()).isSameAs(Value.class);
        assertThat(second.getClass().getClassLoader()).isSameAs(other);
    }

    @Row("S3")
    @Test
    void namesTheClassThatIsMissingAndWhoLookedForIt() {
        Thread.currentThread().setContextClassLoader(null);

        EncodingException failure = failureOf(new Value(3), ClassLoader.getPlatformClassLoader());

        assertThat(failure.culprit()).isEqualTo(Value.class.getName());
        assertThat(failure)
                .hasMessageContaining("Class " + Value.class.getName() + " is unknown to this JVM")
                .hasMessageContaining("PlatformClassLoader")
                .hasMessageContaining("add its jar to the class path");
        assertThat(failure.getCause()).isInstanceOf(ClassNotFoundException.class);
    }

    @Row("S3")
    @Test
    void namesBothVersionsOfAClassThatDiffers() {
        IsolatingLoader newer = new IsolatingLoader(Versioned.class.getName()::equals, 0x1122334455667788L, 42);

        EncodingException failure = failureOf(new Versioned(), newer);

        assertThat(failure.culprit()).isEqualTo(Versioned.class.getName());
        assertThat(failure)
                .hasMessageContaining("the sender has serialVersionUID " + 0x1122334455667788L)
                .hasMessageContaining("this JVM has 42");
    }

    @Test
    void findsPrimitivesAndArrays() throws Exception {
        assertThat(decode(long.class, APPLICATION)).isEqualTo(long.class);
        assertThat(decode(Value[][].class, APPLICATION)).isEqualTo(Value[][].class);
        assertThat(decode(new Value[] {new Value(1)}, APPLICATION)).isEqualTo(new Value[] {new Value(1)});
    }

    @Test
    void definesProxiesOfPublicInterfacesInTheGivenLoader() throws Exception {
        Object copy = decode(proxy("a", Callable.class), APPLICATION);

        assertThat(((Callable<?>) copy).call()).isEqualTo("a");
    }

    @Test
    void definesProxiesOfNonPublicInterfacesInTheirOwnLoader() throws Exception {
        IsolatingLoader other = new IsolatingLoader(name -> false);

        Object copy = decode(proxy("b", Hidden.class, Callable.class), other);

        assertThat(((Hidden) copy).answer()).isEqualTo("b");
        assertThat(copy.getClass().getClassLoader()).isSameAs(APPLICATION);
    }

    @Test
    void definesProxiesOfInterfacesThatOnlyTheContextLoaderFinds() throws Exception {
        Thread.currentThread().setContextClassLoader(APPLICATION);

        Object copy = decode(proxy("c", Codec.Encoder.class, Callable.class), ClassLoader.getPlatformClassLoader());

        assertThat(((Callable<?>) copy).call()).isEqualTo("c");
        assertThat(copy).isInstanceOf(Codec.Encoder.class);
    }

    @Test
    void namesTheInterfaceOfAProxyThatIsMissing() {
        Thread.currentThread().setContextClassLoader(null);

        EncodingException failure = failureOf(proxy("d", Codec.Encoder.class), ClassLoader.getPlatformClassLoader());

        assertThat(failure.culprit()).isEqualTo(Codec.Encoder.class.getName());
    }

    private static boolean isTwin(String name) {
        return name.startsWith(ClassResolverTest.class.getName());
    }

    private static Object proxy(Object answer, Class<?>... interfaces) {
        return Proxy.newProxyInstance(APPLICATION, interfaces, new Answer(answer));
    }

    private static Object decode(Object value, ClassLoader loader) throws EncodingException {
        return new CodecPair(Codec.java().newEncoder(1000), Codec.java().newDecoder(loader)).roundTrip(value);
    }

    private static EncodingException failureOf(Object value, ClassLoader loader) {
        return catchThrowableOfType(EncodingException.class, () -> decode(value, loader));
    }
}

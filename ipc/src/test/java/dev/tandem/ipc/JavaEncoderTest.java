package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("serial")
class JavaEncoderTest {

    @Row("S8")
    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 1023, 1024, 1025, 4096, 100_000, 3_000_000})
    void makesAnEncodingOfExactlyTheLimitButNoByteMore(int length) throws EncodingException {
        byte[] value = new byte[length];
        Arrays.fill(value, (byte) 7);
        int exact = lengthWithoutPadding(Codec.java().newEncoder(1L << 40).encode(value));

        assertThat(new CodecPair(
                                Codec.java().newEncoder(exact),
                                Codec.java().newDecoder(getClass().getClassLoader()))
                        .roundTrip(value))
                .isEqualTo(value);
        EncodingException refused = catchThrowableOfType(
                EncodingException.class,
                () -> Codec.java().newEncoder(exact - 1).encode(value));
        assertThat(refused.culprit()).isEqualTo("maxPayload");
        assertThat(refused)
                .hasMessageContaining((exact - 1) + " bytes (maxPayload)")
                .hasMessageContaining("[B");
    }

    private static int lengthWithoutPadding(Codec.Encoded encoded) {
        ByteBuffer message = ByteBuffer.wrap(encoded.bytes());
        return message.get(0) == BlockWriter.MARK
                ? BlockWriter.HEAD_BYTES + message.getInt(1) + message.getInt(1 + Integer.BYTES)
                : message.limit();
    }

    interface Work extends Serializable {
        Object run();
    }

    @Test
    void namesTheLambdaAndTheVariableThatIsTooLarge() {
        byte[] large = new byte[5_000];
        int[] small = new int[10];
        Work work = () -> large.length + small.length;
        EncodingException refused = catchThrowableOfType(
                EncodingException.class, () -> Codec.java().newEncoder(4_096).encode(work));
        assertThat(refused.path()).matches("lambda at JavaEncoderTest.java:\\d+ -> captured variable 'large'");
        assertThat(refused)
                .hasMessage("The encoding of a lambda in dev.tandem.ipc.JavaEncoderTest is longer than 4096 bytes"
                        + " (maxPayload), which are full at " + refused.path()
                        + ": raise maxPayload, or send it in parts or through a file");
    }

    @Row("S8")
    @Test
    void stopsAsSoonAsTheLimitIsMet() {
        String[] text = {"x".repeat(1000)};
        Object endless = new Object[] {new Endless(text)};

        long before = Allocation.ofThisThread();
        assertThatThrownBy(() -> Codec.java().newEncoder(1 << 20).encode(endless))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("1048576 bytes (maxPayload)");
        assertThat(Allocation.ofThisThread() - before).isLessThan(4 << 20);
    }

    /** Writes without end, if it is let. */
    static final class Endless implements Serializable {
        private final String[] text;

        Endless(String[] text) {
            this.text = text;
        }

        private void writeObject(ObjectOutputStream out) throws IOException {
            for (long i = 0; i < 1L << 40; i++) {
                out.writeUTF(text[0]);
            }
        }
    }

    @Row("S8")
    @Test
    void doesNotAskForALargerLimitThanAnArrayCanHold() {
        EncodingException failure =
                EncodeFailure.describe("text", new BoundedBytes.Overflow(BoundedBytes.LONGEST_ARRAY));

        assertThat(failure)
                .hasMessageContaining("longer than 2147483639 bytes, the longest array of Java: send it in parts")
                .hasMessageNotContaining("raise");
    }

    static final class Swallowing implements Serializable {
        private void writeObject(ObjectOutputStream out) {
            try {
                out.write(new byte[10_000]);
            } catch (IOException e) {
                // goes on as if nothing had happened
            }
        }
    }

    @Test
    void refusesWhatIsTooLongEvenIfTheExceptionIsSwallowed() {
        assertThatThrownBy(() -> Codec.java().newEncoder(5000).encode(new Swallowing()))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("5000 bytes (maxPayload)");
    }

    static final class Wrapping implements Serializable {
        private void writeObject(ObjectOutputStream out) {
            try {
                out.write(new byte[10_000]);
            } catch (IOException e) {
                throw new IllegalStateException("mine", e);
            }
        }
    }

    @Test
    void refusesWhatIsTooLongEvenIfTheExceptionIsWrapped() {
        assertThatThrownBy(() -> Codec.java().newEncoder(5000).encode(new Wrapping()))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("5000 bytes (maxPayload)");
    }

    @Test
    void carriesExceptionsThatAreValues() throws EncodingException {
        IOException value = new IOException("a value");

        assertThat(new CodecPair().roundTrip(value)).hasMessage("a value");
    }

    static final class Failing implements Serializable {
        private final transient Throwable failure;

        Failing(Throwable failure) {
            this.failure = failure;
        }

        private void writeObject(ObjectOutputStream out) throws Throwable {
            throw failure;
        }
    }

    @Test
    void reportsWhateverUserCodeThrows() {
        for (Throwable thrown : new Throwable[] {
            new IllegalStateException("a"),
            new IOException("b".repeat(10_000)),
            new AssertionError("c"),
            new LinkageError("d")
        }) {
            assertThatThrownBy(() -> Codec.java().newEncoder(5000).encode(new Failing(thrown)))
                    .isInstanceOf(EncodingException.class)
                    .hasMessageContaining(thrown.getMessage())
                    .hasMessageContaining(Failing.class.getName())
                    .hasCause(thrown);
        }
    }

    @Test
    void reportsThatMemoryRanOut() {
        OutOfMemoryError thrown = new OutOfMemoryError("Java heap space");

        EncodingException failure = catchThrowableOfType(
                EncodingException.class, () -> Codec.java().newEncoder(5000).encode(new Failing(thrown)));

        assertThat(failure.culprit()).isEqualTo("heap");
        assertThat(failure).hasMessageContaining("does not fit into memory (Java heap space)");
    }

    static final class Link implements Serializable {
        Link next;
    }

    @Row("S5")
    @Test
    void reportsWhatIsTooDeepForTheStack() throws EncodingException {
        Link first = new Link();
        for (int i = 0; i < 100_000; i++) {
            Link before = new Link();
            before.next = first;
            first = before;
        }
        Link deep = first;

        EncodingException failure = catchThrowableOfType(
                EncodingException.class, () -> Codec.java().newEncoder(1 << 20).encode(deep));

        assertThat(failure.culprit()).isEqualTo("stack");
        assertThat(failure).hasMessageContaining("too deep").hasMessageContaining(Link.class.getName());
        assertThat(failure.getCause()).isInstanceOf(StackOverflowError.class);
        assertThat(new CodecPair().roundTrip("still fine")).isEqualTo("still fine");
    }

    @Test
    void refusesALimitThatIsNotPositive() {
        assertThatThrownBy(() -> Codec.java().newEncoder(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes must be positive: maxBytes=0");
    }
}

package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ipc.Codec.Encoded;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ShortFormTest {

    private static final List<Object> VALUES = Arrays.asList(
            null,
            true,
            false,
            0,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            -0.0,
            Double.MIN_VALUE,
            Double.NaN,
            "",
            "caf\u00e9 \u0000\u00ff",
            "x".repeat(255));

    private final CodecPair pair = new CodecPair();

    interface Job extends Supplier<Object>, Serializable {}

    @Test
    void carriesValuesThatAreAsSimpleAsCanBe() throws EncodingException {
        for (Object value : VALUES) {
            Encoded encoded = pair.encoder.encode(value);
            assertThat(ShortForm.is(encoded.bytes(), 0, encoded.bytes().length))
                    .as("%s", value)
                    .isTrue();
            assertThat(pair.decoder.isPlain(encoded.bytes(), 0, encoded.bytes().length))
                    .isTrue();
            assertThat(pair.receive(encoded)).isEqualTo(value);
        }
    }

    @Test
    void leavesTheRestToTheStream() throws EncodingException {
        for (Object value : List.of("\u0100", "\ud800", "x".repeat(256), 1.0f, 'c', List.of(1), new int[] {1})) {
            Encoded encoded = pair.encoder.encode(value);
            assertThat(ShortForm.is(encoded.bytes(), 0, encoded.bytes().length)).isFalse();
            assertThat(pair.decoder.isPlain(encoded.bytes(), 0, encoded.bytes().length))
                    .isFalse();
            assertThat(pair.receive(encoded)).isEqualTo(value);
        }
    }

    @Test
    void carriesALambdaThatHasCapturedNothingAsANumber() throws EncodingException {
        for (int i = 0; i < 3; i++) {
            Job job = () -> "bare";
            Encoded encoded = pair.encoder.encode(job);
            assertThat(encoded.bytes()).hasSize(6);
            if (i > 0) { // the first one says which other numbers were given on the way to it
                assertThat(encoded.definitions()).hasSize(1);
            }
            assertThat(pair.decoder.isPlain(encoded.bytes(), 0, 6)).isFalse();
            assertThat(((Job) pair.receive(encoded)).get()).isEqualTo("bare");
        }
        Job method = ShortFormTest::new;
        assertThat(pair.roundTrip(method).get()).isInstanceOf(ShortFormTest.class);
    }

    @Test
    void carriesEachLambdaThatHasCapturedSomethingAnew() throws EncodingException {
        for (int i = 0; i < 3; i++) {
            int captured = i;
            Job inner = () -> "bare";
            Job job = () -> captured + (String) inner.get();
            assertThat(pair.roundTrip(job).get()).isEqualTo(i + "bare");
        }
    }

    /** Its form says what it wants, and need not be the same twice. */
    static final class Imitation implements Serializable {
        private static final long serialVersionUID = 1L;

        private static int replaced;

        private Object writeReplace() {
            int number = ++replaced;
            Job odd = () -> "odd";
            Job even = () -> "even";
            return number % 2 == 1 ? odd : even;
        }
    }

    @Test
    void takesNoObjectForALambdaThatIsNone() throws EncodingException {
        assertThat(((Job) pair.receive(pair.encoder.encode(new Imitation()))).get())
                .isEqualTo("odd");
        assertThat(((Job) pair.receive(pair.encoder.encode(new Imitation()))).get())
                .isEqualTo("even");
    }

    @Test
    void asksTheFilterForWhatIsInIt() throws EncodingException {
        CodecPair picky = new CodecPair(Codec.java("!java.lang.Integer;!" + ShortFormTest.class.getName()));
        Encoded refused = picky.encoder.encode(1);
        assertThat(picky.decoder.isPlain(refused.bytes(), 0, refused.bytes().length))
                .isFalse();
        assertThatThrownBy(() -> picky.receive(refused)).isInstanceOf(EncodingException.class);
        assertThat(picky.roundTrip(2L)).isEqualTo(2L);
        assertThat(picky.roundTrip("text")).isEqualTo("text");
        Job job = () -> "bare";
        assertThatThrownBy(() -> picky.roundTrip(job)).isInstanceOf(EncodingException.class);
    }

    @Test
    void keepsTheLimitOfTheLength() {
        Codec.Encoder narrow = Codec.java().newEncoder(5);
        assertThatThrownBy(() -> narrow.encode(1)).isInstanceOf(EncodingException.class);
        assertThatThrownBy(() -> narrow.encode("four")).isInstanceOf(EncodingException.class);
    }

    @Test
    void refusesWhatIsNoShortForm() {
        for (byte[] damaged : List.of(
                new byte[] {ShortForm.MARK},
                new byte[] {ShortForm.MARK, 0, 0},
                new byte[] {ShortForm.MARK, 3, 0, 0, 0},
                new byte[] {ShortForm.MARK, 4, 0, 0, 0, 0},
                new byte[] {ShortForm.MARK, 7, 0, 0, 0, 9},
                new byte[] {ShortForm.MARK, 7, 0},
                new byte[] {ShortForm.MARK, 6},
                new byte[] {ShortForm.MARK, 6, 1},
                new byte[] {ShortForm.MARK, 6, 1, 65, 66},
                new byte[] {ShortForm.MARK, 8},
                new byte[] {ShortForm.MARK, -1})) {
            assertThatThrownBy(() -> pair.decoder.decode(damaged, 0, damaged.length))
                    .isInstanceOf(EncodingException.class);
        }
    }
}

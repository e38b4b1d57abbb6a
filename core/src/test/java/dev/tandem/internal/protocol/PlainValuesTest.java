package dev.tandem.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PlainValuesTest {

    private static final List<@Nullable Object> PLAIN = Arrays.asList(
            1,
            null,
            -2L,
            0.5,
            Double.NaN,
            1.5f,
            'ß',
            (short) 3,
            (byte) -4,
            true,
            false,
            "",
            "text ü",
            Integer.MIN_VALUE);

    @Test
    void readsWhatItHasWritten() {
        ByteBuffer bytes = ByteBuffer.allocate(1_000);
        for (Object value : PLAIN) {
            assertThat(PlainValues.isPlain(value)).isTrue();
            assertThat(PlainValues.put(bytes, value)).isTrue();
        }
        assertThat(PlainValues.putEncoded(bytes, new byte[] {7, 8})).isTrue();
        bytes.flip();
        for (Object value : PLAIN) {
            assertThat(PlainValues.get(bytes)).isEqualTo(value);
        }
        assertThat(PlainValues.get(bytes)).isEqualTo(Slice.of(new byte[] {7, 8}));
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Test
    void writesNothingOfWhatIsNotPlainOrDoesNotFit() {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        for (Object value : new Object[] {new Object(), List.of(1), new int[] {1}, "x".repeat(1_025), "\ud83d"}) {
            assertThat(PlainValues.isPlain(value)).isFalse();
            assertThat(PlainValues.put(bytes, value)).isFalse();
        }
        assertThat(PlainValues.put(bytes, "x".repeat(96))).isFalse();
        assertThat(PlainValues.putEncoded(bytes, new byte[96])).isFalse();
        ByteBuffer none = ByteBuffer.allocate(4);
        for (Object value : PLAIN) {
            assertThat(PlainValues.put(none, value)).isFalse();
        }
        assertThat(bytes.position() + none.position()).isZero();
    }

    @Test
    void refusesBytesThatItHasNotWritten() {
        for (byte[] bytes : new byte[][] {{}, {12}, {-1}, {6, 0, 0, 0}, {10, 0, 0, 0, 9, 1}, {11, -1, -1, -1, -1}}) {
            assertThatThrownBy(() -> PlainValues.get(ByteBuffer.wrap(bytes)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

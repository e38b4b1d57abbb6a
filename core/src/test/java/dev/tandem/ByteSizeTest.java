package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "65536, 65536",
        "64k, 65536",
        "512m, 536870912",
        "1g, 1073741824",
        "2T, 2199023255552",
        "' 1G ', 1073741824"
    })
    void readsWhatTheJavaCommandReads(String text, long bytes) {
        assertThat(ByteSize.parse("maxHeap", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "lots", "-1m", "1.5g", "1gb", "g", "1 g", "0x10", "1m1m"})
    void refusesWhatIsNoSize(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse("maxHeap", text))
                .withMessage("maxHeap must be a size such as 512m or 1g: maxHeap=" + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999999t", "999999999999999999g", "9007199254740992k"})
    void refusesWhatDoesNotFit(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ByteSize.parse("maxHeap", text))
                .withMessage("maxHeap must fit into 63 bits: maxHeap=" + text);
    }

    @Test
    void namesTheOptionThatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> ByteSize.parse("maxHeap", null))
                .withMessage("maxHeap must not be null");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1023, 1023", "1024, 1k", "1536, 1536", "1048576, 1m", "3221225472, 3g"})
    void writesTheShortestExactForm(long bytes, String text) {
        assertThat(ByteSize.text(bytes)).isEqualTo(text);
    }

    @Property
    void readsWhatItWrites(
            @ForAll @LongRange(min = 0) long bytes, @ForAll @LongRange(min = 0, max = 1 << 20) long small) {
        assertThat(ByteSize.parse("size", ByteSize.text(small << 20))).isEqualTo(small << 20);
        // 18 digits at most, and everything longer is divisible by no unit or far beyond any machine.
        long sane = bytes >>> 5;
        assertThat(ByteSize.parse("size", ByteSize.text(sane))).isEqualTo(sane);
    }
}

package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ipc.Codec.Encoded;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class JavaCodecTest {

    private final CodecPair pair = new CodecPair();

    record Point(int x, int y) implements Serializable {}

    interface Job extends Supplier<String>, Serializable {}

    @Test
    void carriesNull() throws EncodingException {
        assertThat(pair.<Point>roundTrip(null)).isNull();
    }

    @Test
    void carriesARecordInAList() throws EncodingException {
        List<Point> points = List.of(new Point(1, 2), new Point(3, 4));

        assertThat(pair.roundTrip(points)).isEqualTo(points);
    }

    @Test
    void carriesALambdaWithWhatItCaptured() throws EncodingException {
        String name = "worker " + System.nanoTime();
        Job job = () -> "hello " + name;

        assertThat(pair.roundTrip(job).get()).isEqualTo("hello " + name);
    }

    @Test
    void sendsAClassDescriptorBesideTheBytesAndOnlyItsNumberInThem() throws EncodingException {
        Encoded first = pair.encoder.encode(new Point(1, 2));
        Encoded second = pair.encoder.encode(new Point(3, 4));

        assertThat(first.definitions()).hasSize(1);
        assertThat(second.definitions()).isEqualTo(first.definitions());
        assertThat(new String(first.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("Point");
        assertThat(first.bytes()).hasSizeLessThan(16);
    }

    @Test
    void numbersClassesWithoutGaps() throws EncodingException {
        Encoded encoded = pair.encoder.encode(List.of(new Point(1, 2), 3, 4L, 'c'));

        assertThat(encoded.definitions()).extracting(Codec.Definition::id).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    }

    @Test
    void refusesABadPatternAtTheCall() {
        assertThatThrownBy(() -> Codec.java("maxdepth=many"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("filter=maxdepth=many");
        assertThatThrownBy(() -> Codec.java("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void travelsItselfWithItsPattern() throws Exception {
        Codec codec = Codec.java("!java.util.UUID");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(codec);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            CodecPair copy = new CodecPair((Codec) in.readObject());
            assertThat(copy.roundTrip("fine")).isEqualTo("fine");
            assertThatThrownBy(() -> copy.roundTrip(java.util.UUID.randomUUID()))
                    .isInstanceOf(EncodingException.class)
                    .hasMessageContaining("java.util.UUID")
                    .hasMessageContaining("!java.util.UUID");
        }
    }
}

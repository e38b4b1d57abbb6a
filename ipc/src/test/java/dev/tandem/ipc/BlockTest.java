package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ipc.Codec.Encoded;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes beside the stream comes out as what went in. */
@SuppressWarnings("serial")
class BlockTest {

    private static final CodecPair PAIR = new CodecPair();
    private static final List<Class<?>> PRIMITIVES = List.of(
            byte.class, boolean.class, short.class, char.class, int.class, long.class, float.class, double.class);

    record Sample(String name, double[] values, List<byte[]> parts, Map<String, Object> more) implements Serializable {}

    @Provide
    Arbitrary<Object> arrays() {
        return Arbitraries.of(PRIMITIVES)
                .flatMap(type -> Arbitraries.oneOf(
                                Arbitraries.integers().between(0, 600), Arbitraries.of(20_000, 70_000))
                        .flatMap(length -> Arbitraries.longs().map(seed -> filled(type, length, seed))));
    }

    @Property(tries = 300)
    void carriesArraysOfPrimitivesOfEachLength(@ForAll("arrays") Object array) throws EncodingException {
        Object arrived = PAIR.roundTrip(array);
        assertThat(Arrays.deepEquals(new Object[] {arrived}, new Object[] {array}))
                .isTrue();
        assertThat(arrived).isNotSameAs(array).hasSameClassAs(array);
    }

    @Property(tries = 300)
    void carriesListsAndArraysOfBoxes(
            @ForAll("arrays") Object array, @ForAll @IntRange(min = -1, max = 600) int stranger)
            throws EncodingException {
        Object[] boxes = new Object[Math.min(600, Array.getLength(array))];
        Arrays.setAll(boxes, i -> i == stranger ? (i % 2 == 0 ? null : "other") : Array.get(array, i));
        List<Object> list = new ArrayList<>(Arrays.asList(boxes));

        List<Object> arrivedList = PAIR.roundTrip(list);
        assertThat(arrivedList).isEqualTo(list).isExactlyInstanceOf(ArrayList.class);
        arrivedList.add("it can grow");
        assertThat(PAIR.roundTrip(boxes)).isEqualTo(boxes).isExactlyInstanceOf(Object[].class);
        if (boxes.length > 0 && boxes[0] != null && list.stream().allMatch(boxes[0].getClass()::isInstance)) {
            Object[] typed = list.toArray((Object[]) Array.newInstance(boxes[0].getClass(), 0));
            assertThat(PAIR.roundTrip(typed)).isEqualTo(typed).hasSameClassAs(typed);
        }
    }

    @Property(tries = 50)
    void carriesThemInsideOfRecordsAndCollections(@ForAll long seed) throws EncodingException {
        double[] values = (double[]) filled(double.class, 70_000, seed);
        byte[] part = (byte[]) filled(byte.class, 100_000, seed);
        Sample sample =
                new Sample("s", values, List.of(part, new byte[3]), Map.of("again", values, "n", integers(100)));

        Sample arrived = PAIR.roundTrip(sample);

        assertThat(arrived.values()).isEqualTo(values);
        assertThat(arrived.parts().get(0)).isEqualTo(part);
        assertThat(arrived.more().get("again")).isSameAs(arrived.values());
        assertThat(arrived.more().get("n")).isEqualTo(integers(100));
    }

    @Test
    void keepsEachBitOfWhatIsNoNumber() throws EncodingException {
        double[] odd = new double[100];
        Arrays.fill(odd, Double.longBitsToDouble(0x7ff8_0000_dead_beefL));
        float[] oddFloats = new float[200];
        Arrays.fill(oddFloats, Float.intBitsToFloat(0x7fc0_beef));
        assertThat(Double.doubleToRawLongBits(PAIR.roundTrip(odd)[99])).isEqualTo(0x7ff8_0000_dead_beefL);
        assertThat(Float.floatToRawIntBits(PAIR.roundTrip(oddFloats)[199])).isEqualTo(0x7fc0_beef);
    }

    @Test
    void carriesWhatIsBetweenPositionAndLimitOfAByteBuffer() throws EncodingException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1000).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(20, 4711).position(20).limit(900);

        ByteBuffer arrived = PAIR.roundTrip(buffer);

        assertThat(arrived).isEqualTo(buffer);
        assertThat(arrived.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(arrived.getInt(0)).isEqualTo(4711);
        assertThat(buffer.position()).isEqualTo(20);
        assertThat(arrived.isReadOnly()).isFalse();
        assertThat(PAIR.roundTrip(buffer.asReadOnlyBuffer()).isReadOnly()).isTrue();
        assertThat(PAIR.roundTrip(ByteBuffer.allocate(0))).isEqualTo(ByteBuffer.allocate(0));
    }

    /** Writes the same array again and again, with other content. */
    static final class Reusing implements Serializable {
        private transient List<byte[]> read = new ArrayList<>();

        private void writeObject(ObjectOutputStream out) throws IOException {
            byte[] scratch = new byte[2000];
            for (int i = 0; i < 3; i++) {
                Arrays.fill(scratch, (byte) i);
                out.writeUnshared(scratch);
            }
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            read = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                read.add((byte[]) in.readUnshared());
            }
        }
    }

    @Test
    void takesAnArrayAsItIsWhenItIsWritten() throws EncodingException {
        List<byte[]> read = PAIR.roundTrip(new Reusing()).read;
        assertThat(read).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(read.get(i)).hasSize(2000).containsOnly(i);
        }
    }

    @Test
    void blamesWhatCannotTravelAndNotTheBufferBesideIt() {
        EncodingException refused = catchThrowableOfType(
                EncodingException.class,
                () -> PAIR.encoder.encode(new Object[] {ByteBuffer.allocate(10), new Thread()}));
        assertThat(refused.culprit()).isEqualTo("java.lang.Thread");
    }

    @Test
    void takesAFractionOfTheBytesOfBoxes() throws EncodingException {
        assertThat(PAIR.encoder.encode(integers(1000)).bytes()).hasSizeLessThan(4100);
    }

    @Row("S6")
    @ParameterizedTest
    @ValueSource(ints = {-1, 201, 1_000_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void refusesABlockThatClaimsMoreThanThereIsBeforeItAllocates(int claimed) throws EncodingException {
        Encoded honest = PAIR.encoder.encode(new int[200]);
        PAIR.receive(honest); // passes the definitions
        byte[] bytes = honest.bytes().clone();
        ByteBuffer.wrap(bytes).putInt(positionOf(bytes, 200), claimed);
        assertRefusedCheaply(bytes);
    }

    @Row("S6")
    @ParameterizedTest
    @ValueSource(ints = {-1, 799, 801, 1_000_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void refusesBlocksWhoseLengthIsNotThatOfTheMessage(int claimed) throws EncodingException {
        Encoded honest = PAIR.encoder.encode(new int[200]);
        PAIR.receive(honest);
        byte[] bytes = honest.bytes().clone();
        ByteBuffer.wrap(bytes).putInt(1 + Integer.BYTES, claimed);
        assertRefusedCheaply(bytes);
    }

    @Test
    void asksTheFilterAboutTheBoxes() throws EncodingException {
        CodecPair pair = new CodecPair(Codec.java("!java.lang.Integer"));
        assertThatThrownBy(() -> pair.roundTrip(integers(100)))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("java.lang.Integer");
        CodecPair few = new CodecPair(Codec.java("maxarray=99"));
        assertThatThrownBy(() -> few.roundTrip(new long[100])).isInstanceOf(EncodingException.class);
        assertThatThrownBy(() -> few.roundTrip(integers(100))).isInstanceOf(EncodingException.class);
        assertThat(few.roundTrip(integers(99))).isEqualTo(integers(99));
    }

    private static void assertRefusedCheaply(byte[] bytes) {
        long before = Allocation.ofThisThread();
        assertThatThrownBy(() -> PAIR.decoder.decode(bytes, 0, bytes.length)).isInstanceOf(EncodingException.class);
        assertThat(Allocation.ofThisThread() - before).isLessThan(1 << 20);
    }

    private static int positionOf(byte[] bytes, int number) {
        int at = bytes.length - Integer.BYTES;
        while (ByteBuffer.wrap(bytes).getInt(at) != number) {
            at--;
        }
        return at;
    }

    private static List<Integer> integers(int count) {
        List<Integer> all = new ArrayList<>(Collections.nCopies(count, 0));
        all.replaceAll(i -> i + 1000);
        return all;
    }

    private static Object filled(Class<?> type, int length, long seed) {
        Random random = new Random(seed);
        Object array = Array.newInstance(type, length);
        for (int i = 0; i < length; i++) {
            long bits = random.nextLong();
            Array.set(array, i, element(type, bits));
        }
        return array;
    }

    private static Object element(Class<?> type, long bits) {
        return switch (type.getName()) {
            case "byte" -> (byte) bits;
            case "boolean" -> (bits & 1) == 0;
            case "short" -> (short) bits;
            case "char" -> (char) bits;
            case "int" -> (int) bits;
            case "long" -> bits;
            case "float" -> (float) bits;
            default -> (double) bits;
        };
    }
}

package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever gets the results of a large map cannot tell them from any other list that cannot be changed. */
final class ResultBlocksTest {

    private static final int SOME = 1_000; // every so many there is a null

    @ParameterizedTest
    @ValueSource(ints = {1 << 15, (1 << 15) - 1, (1 << 15) + 1, 5 * (1 << 14), 100_003})
    void areAListLikeAnyOther(int count) throws Exception {
        List<Integer> inputs = IntStream.range(0, count).boxed().toList();
        List<Integer> expected = new ArrayList<>(inputs);
        expected.replaceAll(ResultBlocksTest::halfNull);
        List<Integer> results;
        try (ParallelRunner runner = ParallelRunner.inline()) {
            results = runner.map(inputs, ResultBlocksTest::halfNull).join();
        }
        assertThat(results.equals(expected)).isTrue();
        assertThat(expected.equals(results)).isTrue();
        assertThat(results).hasSameHashCodeAs(expected).isInstanceOf(RandomAccess.class);
        assertThat(results.toArray()).isEqualTo(expected.toArray());
        assertThat(results.toArray(new Integer[0])).isEqualTo(expected.toArray());
        assertThat(results.get(count - 1)).isEqualTo(expected.get(count - 1));
        assertThat(results.subList(17, count - 1)).isEqualTo(expected.subList(17, count - 1));
        assertThat(results.parallelStream()
                        .filter(x -> x != null)
                        .mapToLong(x -> x)
                        .sum())
                .isEqualTo(expected.stream()
                        .filter(x -> x != null)
                        .mapToLong(x -> x)
                        .sum());
        assertThat(copy(results)).isEqualTo(expected);
        assertThatThrownBy(() -> results.set(0, 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> results.get(count)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> results.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static Integer halfNull(Integer input) {
        return input % SOME == 0 ? null : input;
    }

    private static Object copy(Object value) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
                .as("it names a class of ours")
                .doesNotContain("dev.tandem");
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }
}

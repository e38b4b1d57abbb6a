package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ipc.Codec.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kilobyte of nested sets must not keep a thread busy, if the peer is not trusted. */
@Timeout(20)
class ContainerNestingTest {

    private final AllowList list = AllowList.of(List.of(), ClassLoader.getPlatformClassLoader());

    @Test
    void letsTwentyLevelsPass() {
        for (UnaryOperator<Object> level : List.<UnaryOperator<Object>>of(
                inner -> new ArrayList<>(List.of(inner)),
                inner -> new HashMap<>(Map.of("k", inner)),
                Collections::singletonList,
                inner -> List.of(inner, 1))) {
            assertThatCode(() -> decode(nested(20, level))).doesNotThrowAnyException();
        }
    }

    @Test
    void refusesMoreOfEveryKind() throws Exception {
        for (UnaryOperator<Object> level : List.<UnaryOperator<Object>>of(
                inner -> new ArrayList<>(List.of(inner)),
                inner -> new HashMap<>(Map.of("k", inner)),
                Collections::singletonList,
                List::of,
                inner -> Arrays.asList(1, inner))) {
            EncodingException refused = refusalOf(nested(22, level));
            assertThat(refused.culprit()).isEqualTo("containerDepth");
            assertThat(refused).hasMessageContaining("nests collections deeper than 20 levels");
        }
    }

    @Row("S7")
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(5)
    void s7RefusesSetsThatWouldBeHashedForEver(boolean flat) throws Exception {
        Set<Object> first = new HashSet<>();
        Set<Object> second = new HashSet<>();
        List<Object> innermostFirst = new ArrayList<>();
        Set<Object> root = first;
        for (int i = 0; i < 30; i++) {
            Set<Object> one = new HashSet<>();
            Set<Object> two = new HashSet<>();
            two.add(i);
            first.add(one);
            first.add(two);
            second.add(one);
            second.add(two);
            innermostFirst.add(0, first);
            first = one;
            second = two;
        }
        // Told from the inside out, no set stands inside of another in the message.
        EncodingException refused = refusalOf(flat ? innermostFirst : root);

        assertThat(refused.culprit()).isEqualTo("containerDepth");
    }

    @Row("S7")
    @Test
    @Timeout(5)
    void s7RefusesListsThatUnfoldToMoreThanTheyWeigh() throws Exception {
        List<Object> wide = new ArrayList<>(List.of(1));
        for (int i = 0; i < 5; i++) {
            wide = new ArrayList<>(Collections.nCopies(1000, wide));
        }
        EncodingException refused = refusalOf(wide);

        assertThat(refused.culprit()).isEqualTo("containerDepth");
        assertThat(refused).hasMessageContaining("unfold to more than");
    }

    @Test
    void letsManySiblingsAndSharedPartsPass() throws Exception {
        List<Object> shared = List.of("a", "b", new ArrayList<>(List.of(1, 2, 3)));
        List<Object> rows = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            rows.add(i % 3 == 0 ? shared : new HashMap<>(Map.of("k", List.of(i), "shared", shared)));
        }
        assertThat(decode(rows)).isEqualTo(rows);

        List<Integer> thousand = new ArrayList<>(Collections.nCopies(1000, 1));
        List<Object> references = new ArrayList<>(Collections.nCopies(1000, thousand));
        assertThat(decode(references)).isEqualTo(references);
    }

    private static Object nested(int levels, UnaryOperator<Object> level) {
        Object value = "innermost";
        for (int i = 0; i < levels; i++) {
            value = level.apply(value);
        }
        return value;
    }

    private EncodingException refusalOf(Object value) throws EncodingException {
        return catchThrowableOfType(EncodingException.class, () -> decode(value));
    }

    private Object decode(Object value) throws EncodingException {
        Encoded encoded = Codec.java().newEncoder(1 << 24).encode(value);
        CodecPair pair = new CodecPair(
                Codec.java().newEncoder(1 << 20),
                Codec.java().newDecoder(getClass().getClassLoader(), list));
        return pair.receive(encoded);
    }
}

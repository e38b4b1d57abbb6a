package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Object graphs of every shape arrive with the same shape. */
@SuppressWarnings("serial")
class JavaCodecGraphTest {

    private static final CodecPair PAIR = new CodecPair();

    interface Source extends Supplier<Object>, Serializable {}

    record Leaf(int number, String text, List<Integer> numbers) implements Serializable {}

    /** One object of a graph, with links of every kind, to itself too. */
    static final class Node implements Serializable {
        final int id;
        Object content;
        Source source;
        Node next;
        final List<Node> list = new ArrayList<>();
        final Map<String, Node> map = new HashMap<>();
        Node[] array = {};

        Node(int id) {
            this.id = id;
        }
    }

    @Provide
    Arbitrary<Node> graphs() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.integers().between(0, 150),
                        Arbitraries.longs())
                .as(JavaCodecGraphTest::graph);
    }

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<Object> leaves = Arbitraries.oneOf(
                Arbitraries.integers().asGeneric(),
                Arbitraries.strings().ofMaxLength(20).asGeneric(),
                Arbitraries.doubles().asGeneric(),
                Arbitraries.of(Thread.State.class).asGeneric(),
                Arbitraries.of(true, false).injectNull(0.2).asGeneric());
        return Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(5).map(list -> (Object) new ArrayList<>(list)),
                        Arbitraries.maps(Arbitraries.strings().ofMaxLength(5), inner)
                                .ofMaxSize(5)
                                .map(map -> (Object) new HashMap<>(map)),
                        inner.list().ofMaxSize(3).map(list -> (Object) Arrays.asList(list.toArray()))),
                0,
                6);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void carriesNestedCollections(@ForAll("values") Object value) throws EncodingException {
        assertThat(PAIR.roundTrip(value)).isEqualTo(value);
    }

    @Property(tries = 300)
    void keepsTheShapeOfGraphs(@ForAll("graphs") Node root) throws EncodingException {
        assertSameShape(root, PAIR.roundTrip(root));
    }

    private static Node graph(int nodes, int links, long seed) {
        Random random = new Random(seed);
        Node[] all = new Node[nodes];
        for (int i = 0; i < nodes; i++) {
            all[i] = new Node(i);
            all[i].content = content(i, random);
            int number = i;
            String text = "captured " + i;
            all[i].source = random.nextBoolean() ? () -> text + number : null;
        }
        for (int i = 0; i < links; i++) {
            Node from = all[random.nextInt(nodes)];
            Node to = all[random.nextInt(nodes)];
            switch (random.nextInt(4)) {
                case 0 -> from.next = to;
                case 1 -> from.list.add(to);
                case 2 -> from.map.put("key " + i, to);
                default -> {
                    from.array = Arrays.copyOf(from.array, from.array.length + 1);
                    from.array[from.array.length - 1] = to;
                }
            }
        }
        return all[0];
    }

    private static Object content(int i, Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new Leaf(i, "leaf", List.of(i, i + 1));
            case 1 -> Map.of("i", i);
            case 2 -> Thread.State.values()[i % 3];
            case 3 -> "text " + i;
            default -> null;
        };
    }

    private static void assertSameShape(Node expectedRoot, Node actualRoot) {
        Map<Node, Node> pairs = new IdentityHashMap<>();
        List<Node> todo = new ArrayList<>(List.of(expectedRoot));
        pairs.put(expectedRoot, actualRoot);
        while (!todo.isEmpty()) {
            Node expected = todo.remove(todo.size() - 1);
            Node actual = pairs.get(expected);
            assertThat(actual.id).isEqualTo(expected.id);
            assertThat(actual.content).isEqualTo(expected.content);
            assertThat(actual.source == null).isEqualTo(expected.source == null);
            if (expected.source != null) {
                assertThat(actual.source.get()).isEqualTo(expected.source.get());
            }
            List<Node> expectedLinks = links(expected);
            List<Node> actualLinks = links(actual);
            assertThat(actualLinks).hasSameSizeAs(expectedLinks);
            for (int i = 0; i < expectedLinks.size(); i++) {
                Node link = expectedLinks.get(i);
                if (link == null) {
                    assertThat(actualLinks.get(i)).isNull();
                    continue;
                }
                Node known = pairs.putIfAbsent(link, actualLinks.get(i));
                if (known == null) {
                    todo.add(link);
                } else {
                    assertThat(actualLinks.get(i)).isSameAs(known);
                }
            }
        }
    }

    private static List<Node> links(Node node) {
        List<Node> links = new ArrayList<>();
        links.add(node.next);
        links.addAll(node.list);
        node.map.keySet().stream().sorted().forEach(key -> links.add(node.map.get(key)));
        links.addAll(Arrays.asList(node.array));
        return links;
    }
}

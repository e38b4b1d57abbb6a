package dev.tandem.benchmarks;

import dev.tandem.Task;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The values of {@link CodecCost}; immutable, as every enum. */
public enum Payload {
    /** A task that captures a number, a text and a list. */
    LAMBDA,
    /** A record of about a kilobyte: eight nested records, a list and a map. */
    RECORD,
    /** An exception with a cause and the stacks of both. */
    EXCEPTION,
    /** {@code double[100_000]}. */
    DOUBLES;

    record Order(long id, String customer, List<Item> items, Map<String, String> notes) implements Serializable {}

    record Item(int number, String article, double price) implements Serializable {}

    Object create() {
        return switch (this) {
            case LAMBDA -> task(42, "a captured text", List.of(1, 2, 3));
            case RECORD -> order();
            case EXCEPTION -> new IllegalStateException("could not parse", new IllegalArgumentException("line 17"));
            case DOUBLES -> doubles();
        };
    }

    private static Task<String> task(long number, String text, List<Integer> list) {
        return () -> text + number + list;
    }

    private static Order order() {
        List<Item> items = IntStream.range(0, 8)
                .mapToObj(i -> new Item(i, "article number " + i, i * 1.25))
                .collect(Collectors.toUnmodifiableList());
        Map<String, String> notes = IntStream.range(0, 8)
                .boxed()
                .collect(Collectors.toUnmodifiableMap(i -> "note " + i, i -> "to be delivered on day " + i));
        return new Order(4711, "a customer with a name of usual length", items, notes);
    }

    private static double[] doubles() {
        double[] values = new double[100_000];
        Arrays.setAll(values, Math::sqrt);
        return values;
    }
}

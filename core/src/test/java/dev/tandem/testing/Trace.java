package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A trace file that was read back, and was found to keep the rules of the format: what each phase must have, that slices of one
 * thread lie inside each other or apart, and that each arrow has a begin and an end, in this order.
 */
public final class Trace {

    private static final double ROUNDING_MICROS = 0.0011;

    private final List<Map<String, Object>> events;

    /** Reads and checks it. */
    @SuppressWarnings("unchecked") // JSON of objects
    public Trace(Path file) {
        try {
            Map<String, Object> root = (Map<String, Object>) JsonReader.read(Files.readString(file));
            assertThat(root).containsKeys("traceEvents", "displayTimeUnit", "otherData");
            events = (List<Map<String, Object>>) root.get("traceEvents");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        events.forEach(Trace::checkFields);
        checkNesting();
        checkArrows();
    }

    /** All of one phase, as {@code "X"} for slices. */
    public List<Map<String, Object>> phase(String phase) {
        return events.stream().filter(event -> phase.equals(event.get("ph"))).toList();
    }

    /** Slices of a category. */
    public List<Map<String, Object>> slices(String category) {
        return phase("X").stream()
                .filter(event -> category.equals(event.get("cat")))
                .toList();
    }

    private static void checkFields(Map<String, Object> event) {
        assertThat(event).as("%s", event).containsKeys("ph", "name", "pid", "tid", "ts");
        assertThat((String) event.get("ph")).isIn("X", "M", "C", "i", "s", "f");
        assertThat((Double) event.get("pid")).isPositive();
        assertThat((Double) event.get("ts")).isNotNegative();
        switch ((String) event.get("ph")) {
            case "X" -> assertThat((Double) event.get("dur")).as("%s", event).isNotNegative();
            case "M" ->
                assertThat((String) event.get("name")).isIn("process_name", "thread_name", "process_sort_index");
            case "C" ->
                assertThat((Map<?, ?>) event.get("args"))
                        .allSatisfy((name, value) ->
                                assertThat((Double) value).as("%s", event).isNotNegative());
            case "i" -> assertThat(event.get("s")).isIn("t", "p", "g");
            default -> assertThat(event).containsKeys("id", "cat");
        }
    }

    private void checkNesting() {
        Map<List<Object>, List<Map<String, Object>>> tracks = phase("X").stream()
                .collect(Collectors.groupingBy(event -> List.of(event.get("pid"), event.get("tid"))));
        tracks.values().forEach(track -> {
            Deque<Map<String, Object>> open = new ArrayDeque<>();
            track.stream()
                    .sorted(Comparator.comparingDouble(Trace::begin)
                            .thenComparing(
                                    Comparator.comparingDouble(Trace::end).reversed()))
                    .forEach(event -> {
                        while (!open.isEmpty() && end(open.peek()) <= begin(event) + ROUNDING_MICROS) {
                            open.pop();
                        }
                        if (!open.isEmpty()) {
                            assertThat(end(event))
                                    .as("%s lies inside of %s or behind it", event, open.peek())
                                    .isLessThanOrEqualTo(end(open.peek()) + ROUNDING_MICROS);
                        }
                        open.push(event);
                    });
        });
    }

    private void checkArrows() {
        Map<Object, Map<String, Object>> begun = new HashMap<>();
        phase("s")
                .forEach(event -> assertThat(begun.put(event.get("id"), event)).isNull());
        phase("f").forEach(event -> {
            Map<String, Object> from = begun.remove(event.get("id"));
            assertThat(from).as("the begin of %s", event).isNotNull();
            assertThat(begin(from)).isLessThanOrEqualTo(begin(event));
            assertThat(event.get("bp")).isEqualTo("e");
        });
        assertThat(begun).isEmpty();
    }

    private static double begin(Map<String, Object> event) {
        return (Double) event.get("ts");
    }

    private static double end(Map<String, Object> event) {
        return begin(event) + (Double) event.get("dur");
    }
}

package dev.tandem.recommend;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A recommendation as JSON, with the same keys in the same order each time, two spaces deep, for files that are compared. */
final class AdviceJson {

    private AdviceJson() {}

    static String of(Recommendation advice) {
        Sizing sizing = advice.sizing();
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("profile", profile(advice.profile()));
        all.put("machine", machine(advice.machine()));
        all.put("strategy", advice.strategy().name());
        all.put("workers", sizing.workers());
        all.put("virtualThreads", sizing.virtualThreads());
        all.put("queueCapacity", sizing.queueCapacity());
        all.put(
                "maxHeapBytes",
                sizing.maxHeapBytes().isPresent() ? sizing.maxHeapBytes().getAsLong() : null);
        all.put(
                "chunkSize",
                sizing.taskOptions().chunkSize().isPresent()
                        ? sizing.taskOptions().chunkSize().getAsInt()
                        : null);
        all.put(
                "timeoutMillis",
                sizing.taskOptions().timeout().map(Duration::toMillis).orElse(null));
        all.put("confidence", advice.confidence().name());
        all.put("decidedBy", advice.decidedBy().rule());
        all.put("reasons", advice.reasons().stream().map(AdviceJson::reason).toList());
        all.put(
                "contradictions",
                advice.contradictions().stream().map(Reason::rule).toList());
        all.put("lostGuarantees", advice.lostGuarantees());
        all.put(
                "alternatives",
                advice.alternatives().stream().map(AdviceJson::alternative).toList());
        Map<String, @Nullable Object> changes = new LinkedHashMap<>();
        advice.whatWouldChangeIt().forEach((strategy, ifs) -> changes.put(strategy.name(), ifs));
        all.put("whatWouldChangeIt", changes);
        StringBuilder text = new StringBuilder();
        write(all, "", text);
        return text.append('\n').toString();
    }

    private static Map<String, @Nullable Object> profile(WorkloadProfile profile) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("declared", profile.declared().stream().map(Trait::name).toList());
        all.put("denied", profile.denied().stream().map(Trait::name).toList());
        profile.quantities().forEach((quantity, value) -> all.put(quantity.key(), value));
        return all;
    }

    private static Map<String, @Nullable Object> machine(Machine machine) {
        CostModel costs = machine.costs();
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("cores", machine.cores());
        all.put("memoryBytes", machine.memoryBytes());
        all.put("heapBytes", machine.heapBytes());
        all.put("javaVersion", machine.javaVersion());
        all.put("startsProcesses", machine.startsProcesses());
        all.put("temporaryBytes", machine.temporaryBytes());
        all.put("sharedMemoryBytes", machine.sharedMemoryBytes());
        all.put("crossingNanos", costs.crossing().toNanos());
        all.put("bytesPerSecond", costs.bytesPerSecond());
        all.put("workerStartNanos", costs.workerStart().toNanos());
        all.put("workerBytes", costs.workerBytes());
        all.put("handOverNanos", costs.handOver().toNanos());
        all.put("threadsStartNanos", costs.threadsStart().toNanos());
        return all;
    }

    private static Map<String, @Nullable Object> reason(Reason reason) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("rule", reason.rule());
        all.put("applied", reason.applied());
        all.put("fact", reason.fact());
        all.put("number", reason.number());
        all.put("formula", reason.formula());
        all.put("consequence", reason.consequence());
        all.put("source", reason.source());
        return all;
    }

    private static Map<String, @Nullable Object> alternative(Alternative alternative) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("strategy", alternative.strategy().name());
        all.put("whyNot", alternative.whyNot());
        return all;
    }

    private static void write(@Nullable Object value, String indent, StringBuilder text) {
        if (value instanceof Map<?, ?> map) {
            block('{', '}', map.entrySet(), indent, text, entry -> {
                string(String.valueOf(entry.getKey()), text);
                text.append(": ");
                write(entry.getValue(), indent + "  ", text);
            });
        } else if (value instanceof List<?> list) {
            block('[', ']', list, indent, text, item -> write(item, indent + "  ", text));
        } else if (value instanceof String words) {
            string(words, text);
        } else if (value instanceof Double number) {
            text.append(Amounts.text(number));
        } else {
            text.append(value);
        }
    }

    private static <T> void block(
            char open, char close, Collection<T> items, String indent, StringBuilder text, Consumer<T> writer) {
        text.append(open);
        String separator = "\n";
        for (T item : items) {
            text.append(separator).append(indent).append("  ");
            writer.accept(item);
            separator = ",\n";
        }
        text.append(items.isEmpty() ? "" : "\n" + indent).append(close);
    }

    private static void string(String value, StringBuilder text) {
        text.append('"');
        value.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                text.append('\\').append((char) c);
            } else if (c < ' ') {
                text.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                text.append((char) c);
            }
        });
        text.append('"');
    }
}

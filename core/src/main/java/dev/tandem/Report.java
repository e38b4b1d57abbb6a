package dev.tandem;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A sentence with labelled lines and blocks below it, as certificates and messages about workers show them. Not thread-safe. */
final class Report {

    private static final int MAX_BLOCK_LINES = 20;
    private static final int VALUE_COLUMN = 13;
    private static final String NEW_LINE = System.lineSeparator();

    private final StringBuilder text;

    Report(String sentence) {
        text = new StringBuilder(sentence);
    }

    /** A value with its label; with an empty label it belongs to the line above. */
    Report line(String label, String value) {
        text.append(NEW_LINE).append("  ");
        text.append((label.isEmpty() ? " " : label + ":") + " ".repeat(VALUE_COLUMN), 0, VALUE_COLUMN);
        text.append(value);
        text.setLength(text.toString().stripTrailing().length());
        return this;
    }

    /** The first lines of a longer text. */
    Report block(String label, List<String> lines) {
        line(label, "");
        lines.stream().limit(MAX_BLOCK_LINES).forEach(this::inBlock);
        if (lines.size() > MAX_BLOCK_LINES) {
            inBlock("... (" + (lines.size() - MAX_BLOCK_LINES) + " more lines)");
        }
        return this;
    }

    /** What was printed last, which is what matters. */
    Report output(List<String> lines) {
        if (lines.isEmpty()) {
            return line("last output", "none");
        }
        return block("last output", lines.subList(Math.max(0, lines.size() - MAX_BLOCK_LINES), lines.size()));
    }

    /** Of a thread dump its first thread, which is that of the task. */
    Report threadDump(Optional<String> dump) {
        dump.ifPresent(all -> block("thread dump", firstThreadOf(all)));
        return this;
    }

    Report command(List<String> command) {
        return command.isEmpty() ? this : line("command", String.join(" ", command));
    }

    private void inBlock(String line) {
        text.append(NEW_LINE).append("    | ").append(line);
    }

    /** What stands between the first two empty lines; the title if there are none. */
    private static List<String> firstThreadOf(String dump) {
        List<String> lines = dump.lines().toList();
        Stream<String> fromTheFirst = lines.stream().skip(lines.indexOf("") + 1L);
        return fromTheFirst.takeWhile(line -> !line.isEmpty()).toList();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

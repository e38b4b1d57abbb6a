package dev.tandem.internal.processes;

import dev.tandem.Diagnosis;
import java.util.ArrayList;
import java.util.List;

/** A report in the making: titles, aligned lines below them, and what is wrong at the end. Not thread-safe. */
final class Findings {

    private static final int VALUE_COLUMN = 14;
    private static final int WIDTH = 110;
    private static final int MAX_CHARS = 2_000; // of one line: an exception may say what it likes

    private static final int MAX_PROBLEM_LINES = 40; // with the last words of a worker

    private final List<String> lines = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    void section(String title) {
        lines.add(title);
    }

    void line(String label, String value) {
        String padded = label.length() < VALUE_COLUMN ? label + " ".repeat(VALUE_COLUMN - label.length()) : label + " ";
        item(padded + value);
    }

    /** A line without a label. */
    void item(String value) {
        lines.add("  " + Printable.line(value, MAX_CHARS).stripTrailing());
    }

    /** Words one after the other, as many in a line as fit. */
    void words(List<String> words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                item(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        if (line.length() > 0) {
            item(line.toString());
        }
    }

    /** Something would fail; says what to do too, and may have several lines. */
    void problem(String problem) {
        String text = String.join(
                System.lineSeparator(), Printable.lines(problem.lines().toList(), MAX_PROBLEM_LINES, MAX_CHARS));
        if (!problems.contains(text)) {
            problems.add(text);
        }
    }

    Diagnosis conclude() {
        section("what would fail");
        if (problems.isEmpty()) {
            item("nothing that can be seen from here");
        }
        for (int i = 0; i < problems.size(); i++) {
            String number = (i + 1) + ". ";
            for (String line : problems.get(i).lines().toList()) {
                item(number + line);
                number = "   ";
            }
        }
        return new Diagnosis(String.join(System.lineSeparator(), lines), problems);
    }
}

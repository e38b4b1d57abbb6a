package dev.tandem;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/FAULTS.md promises a test for each of its rows; here it is held to that. */
class RowsTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final List<String> MODULES = List.of("core", "ipc", "examples");
    private static final Pattern TABLE_LINE = Pattern.compile("^\\| ([A-Z]\\d+|M-[a-z-]+) \\| (.+) \\|$");
    private static final Pattern ANNOTATION = Pattern.compile("@Row\\(\\{?([^)}]*)}?\\)");
    private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"");

    private final Map<String, String> testsColumn = new TreeMap<>();
    private final Map<String, Set<String>> tests = testsByRow();

    RowsTest() throws IOException {
        for (String line : Files.readAllLines(ROOT.resolve("docs/FAULTS.md"))) {
            Matcher row = TABLE_LINE.matcher(line);
            if (row.matches()) {
                String[] cells = row.group(2).split("\\|", -1);
                testsColumn.put(row.group(1), cells[cells.length - 1].strip());
            }
        }
    }

    @Test
    void findsATestOrALimitForEachRow() throws IOException {
        Set<String> unproven = new TreeSet<>(testsColumn.keySet());
        unproven.removeAll(tests.keySet());
        unproven.removeAll(limits());
        assertThat(testsColumn).hasSizeGreaterThan(100);
        assertThat(unproven)
                .as("rows with neither a test nor a line in docs/LIMITS.md")
                .isEmpty();
    }

    @Test
    void knowsEachRowThatATestNames() {
        assertThat(testsColumn.keySet()).containsAll(tests.keySet());
    }

    @Test
    void linksEachRowToItsTests() throws IOException {
        Set<String> limits = limits();
        StringBuilder wrong = new StringBuilder();
        testsColumn.forEach((row, cell) -> {
            String expected = cell(tests.getOrDefault(row, Set.of()), limits.contains(row));
            if (!cell.equals(expected)) {
                wrong.append(row).append(": ").append(expected).append('\n');
            }
        });
        assertThat(wrong.toString()).as("what the last column should say").isEmpty();
    }

    private static String cell(Set<String> sources, boolean limited) {
        Stream<String> links = sources.stream().map(source -> {
            String file = source.substring(source.lastIndexOf('/') + 1);
            return "[" + file.replace(".java", "") + "](../" + source + ")";
        });
        return Stream.concat(links, limited ? Stream.of("[limit](LIMITS.md)") : Stream.of())
                .collect(joining(", "));
    }

    private static Set<String> limits() throws IOException {
        Set<String> rows = new TreeSet<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/LIMITS.md"))) {
            Matcher row = TABLE_LINE.matcher(line);
            if (row.matches()) {
                rows.add(row.group(1));
            }
        }
        return rows;
    }

    private static Map<String, Set<String>> testsByRow() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String module : MODULES) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path source : sources.filter(path -> path.toString().endsWith("Test.java"))
                        .toList()) {
                    String link = ROOT.relativize(source).toString().replace('\\', '/');
                    Matcher annotation = ANNOTATION.matcher(Files.readString(source));
                    while (annotation.find()) {
                        Matcher name = NAME.matcher(annotation.group(1));
                        while (name.find()) {
                            found.computeIfAbsent(name.group(1), row -> new TreeSet<>())
                                    .add(link);
                        }
                    }
                }
            }
        }
        return found;
    }
}

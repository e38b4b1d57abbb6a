package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles every block of Java in the README and runs it, in a JVM that knows no more than a reader does. A block
 * with a {@code main} is a file of its own; any other block is the body of a method, behind {@link #IMPORTS} and
 * {@link #FIXTURES}. A comment after a {@code println} is what the line prints.
 */
class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");

    private static final String IMPORTS = """
            import dev.tandem.*;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.*;
            import java.util.stream.*;
            """;

    private static final String FIXTURES = """
            List<String> words = List.of("one", "two", "three");
            """;

    private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern MAIN_CLASS = Pattern.compile("class (\\w+) \\{\\s+public static void main\\(");
    private static final Pattern PRINTED = Pattern.compile("println\\(.*// (.*)$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(#[^)]*)?\\)");

    @TempDir
    private Path directory;

    @Test
    void showsOnlyCodeThatCompilesRunsAndPrintsWhatItSays() throws Exception {
        List<String> blocks = find(BLOCK);
        assertThat(blocks).hasSizeGreaterThan(2);
        List<String> calls = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (String block : blocks) {
            Matcher main = MAIN_CLASS.matcher(block);
            boolean whole = main.find();
            String name = whole ? main.group(1) : "Block" + (calls.size() + 1);
            files.add(source(name, whole ? block : method(name, block)));
            calls.add(name + ".main(args);");
        }
        files.add(source("Readme", method("Readme", String.join("\n", calls))));
        compile(files);
        String output = run("Readme");
        for (String block : blocks) {
            assertThat(PRINTED.matcher(block).results().map(found -> found.group(1)))
                    .as(block)
                    .allMatch(line -> output.lines().anyMatch(line::equals));
        }
    }

    @Test
    void linksOnlyToFilesThatExist() throws IOException {
        List<String> links =
                find(LINK).stream().filter(link -> !link.contains("://")).toList();
        assertThat(links).isNotEmpty().allMatch(link -> Files.exists(README.resolveSibling(link)));
    }

    private static List<String> find(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(README))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String method(String name, String body) {
        return IMPORTS + "class " + name + " {\npublic static void main(String[] args) throws Exception {\n"
                + (name.equals("Readme") ? "" : FIXTURES) + body + "\n}\n}\n";
    }

    private String source(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name + ".java"), text).toString();
    }

    private void compile(List<String> files) {
        List<String> arguments = new ArrayList<>(List.of("-cp", classPath(), "-d", directory.toString()));
        arguments.addAll(files);
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result)
                .as("what the compiler returned; its messages are above")
                .isZero();
    }

    private String run(String main) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(), "-Xmx256m", "-cp", directory + File.pathSeparator + classPath(), main)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(45, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } finally {
            process.toHandle().destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}

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

/**
 * The Java of a page of documentation, compiled and run in a JVM that knows no more than a reader does. A block that begins
 * with an import is a file of its own, and is run if it has a {@code main}; any other block is the body of a method, behind
 * {@link #IMPORTS}. A comment after a {@code println} is what the line prints.
 */
final class MarkdownPrograms {

    private static final String IMPORTS = """
            import dev.tandem.*;
            import java.time.Duration;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.*;
            import java.util.stream.*;
            """;

    private static final String ALL = "AllBlocks";
    private static final Pattern BLOCK = Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern MAIN_CLASS = Pattern.compile("class (\\w+) \\{\\s+public static void main\\(");
    private static final Pattern PRINTED = Pattern.compile("println\\(.*// (.*)$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(#[^)]*)?\\)");

    private final Path page;
    private final Path directory;
    private final String fixtures;

    /**
     * Those of one page.
     *
     * @param directory an empty one
     * @param fixtures what each method begins with
     */
    MarkdownPrograms(Path page, Path directory, String fixtures) {
        this.page = page;
        this.directory = directory;
        this.fixtures = fixtures;
    }

    /** Adds a type that the page assumes. */
    void assume(String packageName, String name, String declaration) throws IOException {
        Path file = directory
                .resolve("assumed")
                .resolve(packageName.replace('.', '/'))
                .resolve(name + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "package " + packageName + ";\npublic " + declaration + "\n");
    }

    /** Compiles and runs all, and compares what they print with what they say that they print. */
    void check() throws IOException, InterruptedException {
        List<String> blocks = find(BLOCK);
        assertThat(blocks).hasSizeGreaterThan(2);
        List<String> calls = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            String block = blocks.get(i);
            Matcher main = MAIN_CLASS.matcher(block);
            boolean hasMain = main.find();
            boolean whole = hasMain || block.startsWith("import ");
            String name = hasMain ? main.group(1) : "Block" + i;
            files.add(source(i, name, whole ? block : method(name, fixtures + block)));
            if (hasMain || !whole) {
                calls.add(name + ".main(args);");
            }
        }
        files.add(source(blocks.size(), ALL, method(ALL, String.join("\n", calls))));
        compile(files);
        String output = run();
        for (String block : blocks) {
            assertThat(PRINTED.matcher(block).results().map(found -> found.group(1)))
                    .as(block + "\nprinted:\n" + output)
                    .allMatch(line -> output.lines().anyMatch(line::equals));
        }
    }

    /** The files that it links to. */
    List<Path> links() throws IOException {
        return find(LINK).stream()
                .filter(link -> !link.contains("://"))
                .map(page::resolveSibling)
                .toList();
    }

    private List<String> find(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(page))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String method(String name, String body) {
        return IMPORTS + "class " + name + " {\npublic static void main(String[] args) throws Exception {\n" + body
                + "\n}\n}\n";
    }

    private String source(int number, String name, String text) throws IOException {
        Path folder = Files.createDirectory(directory.resolve("block-" + number));
        return Files.writeString(folder.resolve(name + ".java"), text).toString();
    }

    private void compile(List<String> files) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-cp", classPath(), "-d", directory.toString()));
        arguments.add("-sourcepath");
        arguments.add(directory.resolve("assumed").toString());
        arguments.addAll(files);
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result)
                .as("what the compiler returned; its messages are above")
                .isZero();
    }

    private String run() throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(), "-Xmx256m", "-cp", directory + File.pathSeparator + classPath(), ALL)
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

package dev.tandem.places;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One place where a user's program runs: a real process with a temporary directory of its own.
 *
 * <p>The process and all that it starts carry a mark in their environment. A program that hangs is ended with everything it has
 * started; one that ends by itself must have left neither processes nor files of ours behind. Not thread-safe.
 */
final class Place {

    private static final Duration PATIENCE = Duration.ofSeconds(50); // less than a test has, to tell what was printed

    /** Of the build, and not of this place. */
    private static final List<String> SURROUNDINGS =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH", "MAVEN_BASEDIR", "MAVEN_PROJECTBASEDIR");

    private final String name;
    private final Path directory;
    private final Path temporaryFiles;
    private final String mark = UUID.randomUUID().toString();
    private final Map<String, String> environment = new HashMap<>();
    private String input = "";

    /**
     * A place.
     *
     * @param name for people
     * @param directory an existing one, for this place alone; the program's working directory
     */
    Place(String name, Path directory) throws IOException {
        this.name = name;
        this.directory = directory;
        this.temporaryFiles = Files.createDirectories(directory.resolve("tmp"));
    }

    /** A tool of the JDK under test. */
    static String tool(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    Place environment(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Place input(String text) {
        input = text;
        return this;
    }

    /** The flag that gives a JVM of this place its temporary directory. */
    String temporaryFilesFlag() {
        return "-Djava.io.tmpdir=" + temporaryFiles;
    }

    /** Runs java with these arguments. */
    Ended java(String... arguments) throws IOException, InterruptedException {
        return javaOf(Path.of(System.getProperty("java.home")), arguments);
    }

    /** Runs the java of that directory with these arguments. */
    Ended javaOf(Path home, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin").resolve("java").toString(),
                temporaryFilesFlag(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Runs a command until it ends, or ends it when it hangs. */
    Ended run(List<String> command) throws IOException, InterruptedException {
        Path inputFile = Files.writeString(directory.resolve("input.txt"), input);
        Path outputFile = directory.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(inputFile.toFile())
                .redirectOutput(outputFile.toFile());
        builder.environment().keySet().removeAll(SURROUNDINGS);
        builder.environment().putAll(environment);
        Relatives relatives = Relatives.mark(builder.environment(), mark);
        Process process = builder.start();
        boolean ended = process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            relatives.end(process.toHandle());
        }
        String output = new String(Files.readAllBytes(outputFile), StandardCharsets.UTF_8);
        String story = "in the place " + name + ", " + String.join(" ", command) + "\nprinted:\n" + output;
        if (!ended) {
            throw new AssertionError("it did not end within " + PATIENCE + ", " + story);
        }
        List<String> left = new ArrayList<>(relatives.left());
        left.addAll(filesLeft());
        relatives.end(process.toHandle());
        if (!left.isEmpty()) {
            throw new AssertionError("left behind: " + left + ", " + story);
        }
        return new Ended(name, process.exitValue(), output, story);
    }

    private List<String> filesLeft() {
        try (Stream<Path> all = Files.list(temporaryFiles)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith("tandem"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

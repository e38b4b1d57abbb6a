package dev.tandem.internal.processes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The {@code hs_err} file of a JVM that crashed: where it is, and the few lines of it that tell why.
 *
 * <p>The lines are kept because the file goes with the runner's directory. Immutable.
 *
 * @param file where it is
 * @param frame the frame that the JVM blames
 * @param excerpt the signal, the thread that crashed and the top of its stack
 */
record CrashLog(Path file, Optional<String> frame, List<String> excerpt) {

    /** A file is about 100 KB, and a runner may live for months. */
    static final int MAX_FILES = 8;

    private static final int MAX_BYTES = 256 * 1024; // what matters stands in the first 100 lines
    private static final int MAX_LINE_CHARS = 300;
    private static final int MAX_STACK_LINES = 24;
    private static final String NAME = "hs_err_pid";
    private static final String FRAME_HEADING = "# Problematic frame:";

    /** The flag that makes a worker leave it there. */
    static String flag(Path directory) {
        return "-XX:ErrorFile=" + directory.resolve(NAME + "%p.log");
    }

    /** Reads what the worker has left, if it has left one. */
    static Optional<CrashLog> of(@Nullable Path directory, long pid) {
        if (directory == null) {
            return Optional.empty();
        }
        Path file = directory.resolve(NAME + pid + ".log");
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        List<String> lines = read(file);
        return Optional.of(new CrashLog(file, frameIn(lines), excerpt(lines)));
    }

    /** The line after the heading, also in the banner that a JVM prints when it crashes. */
    static Optional<String> frameIn(List<String> lines) {
        int heading = lines.indexOf(FRAME_HEADING);
        return heading < 0 || heading + 1 >= lines.size()
                ? Optional.empty()
                : Optional.of(Printable.line(uncommented(lines.get(heading + 1)), MAX_LINE_CHARS));
    }

    /** Deletes all but the newest. */
    static void thinOut(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> oldestFirst = files.filter(
                            file -> file.getFileName().toString().startsWith(NAME))
                    .sorted(Comparator.comparing(CrashLog::age))
                    .toList();
            for (Path tooMany : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - MAX_FILES))) {
                Files.deleteIfExists(tooMany);
            }
        } catch (IOException | RuntimeException e) {
            // they take room until the runner is closed, and harm nobody
        }
    }

    private static FileTime age(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    private static List<String> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<String> excerpt(List<String> lines) {
        List<String> excerpt = new ArrayList<>();
        lines.stream()
                .filter(line -> line.startsWith("#  ") || line.startsWith("# Internal Error"))
                .findFirst()
                .ifPresent(line -> excerpt.add(uncommented(line)));
        lines.stream().filter(line -> line.startsWith("siginfo:")).findFirst().ifPresent(excerpt::add);
        lines.stream()
                .dropWhile(line -> !line.startsWith("Current thread"))
                .filter(line -> !line.isBlank())
                .takeWhile(line -> !line.startsWith("Registers:") && !line.startsWith("siginfo:"))
                .limit(MAX_STACK_LINES)
                .forEach(excerpt::add);
        return Printable.lines(excerpt, excerpt.size(), MAX_LINE_CHARS);
    }

    private static String uncommented(String line) {
        return line.replaceFirst("^#\\s*", "");
    }
}

package dev.tandem.soak;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What tasks write before they do anything else: one line for each attempt, appended in one write, so that a kill neither cuts
 * a line nor takes one back.
 *
 * @param file where the lines go; also read by nobody before the runner is closed
 */
record Journal(String file) implements Serializable {

    private static final String RELEASED = ".released";

    /** An attempt has begun. */
    void began(long task, int attempt) {
        String line = task + " " + attempt + " " + ProcessHandle.current().pid() + "\n";
        try {
            Files.write(
                    Path.of(file),
                    line.getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets go of the tasks that ignore everything else. */
    void release() throws IOException {
        Files.createFile(Path.of(file + RELEASED));
    }

    boolean isReleased() {
        return Files.exists(Path.of(file + RELEASED))
                || !Files.exists(Path.of(file).getParent());
    }

    /** The attempts of each task, in the order in which they began. */
    Map<Long, List<Integer>> attempts() throws IOException {
        Map<Long, List<Integer>> attempts = new HashMap<>();
        Path lines = Path.of(file);
        if (Files.exists(lines)) {
            for (String line : Files.readAllLines(lines)) {
                String[] fields = line.split(" ", 3);
                attempts.computeIfAbsent(Long.parseLong(fields[0]), task -> new java.util.ArrayList<>())
                        .add(Integer.parseInt(fields[1]));
            }
        }
        return attempts;
    }
}

package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What tasks leave behind for the test to see, in whatever JVM they ran: each mark can be made once only, so a task that
 * runs twice fails.
 *
 * @param directory one file per mark
 */
public record Marks(String directory) implements Serializable {

    /** Makes a mark, which must not have been made before. */
    public void make(Object name) {
        try {
            Files.createFile(Path.of(directory, name.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a mark under a name that nobody else uses, for counting. */
    public void count(String prefix) {
        try {
            Files.createTempFile(Path.of(directory), prefix, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All marks, sorted. */
    public List<String> all() {
        try (Stream<Path> files = Files.list(Path.of(directory))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a mark was made. */
    public boolean has(Object name) {
        return Files.exists(Path.of(directory, name.toString()));
    }

    /** Waits until a mark is made. */
    public void await(Object name) {
        Eventually.holds("mark " + name, () -> has(name));
    }

    /** Waits until there are that many marks; more are too many. */
    public void awaitCount(int marks) {
        Eventually.holds(marks + " marks", () -> all().size() >= marks);
        assertThat(all()).hasSize(marks);
    }
}

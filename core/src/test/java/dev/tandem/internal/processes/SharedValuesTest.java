package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.Shared;
import dev.tandem.testing.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where shared values are written if there is no room. */
final class SharedValuesTest {

    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path room;

    private RunDirectory first;
    private RunDirectory second;
    private RunDirectory none;

    @BeforeEach
    void makeRoom() throws IOException {
        Path noDirectory = Files.createFile(room.resolve("file"));
        first = new RunDirectory(Runnable::run, () -> room);
        second = new RunDirectory(Runnable::run, () -> room.resolve("other"));
        none = new RunDirectory(Runnable::run, () -> noDirectory.resolve("inside"));
    }

    @AfterEach
    void letGo() {
        Stream.of(first, second, none).forEach(RunDirectory::remove);
    }

    private SharedValues in(RunDirectory... directories) {
        return new SharedValues("runner", List.of(directories), type -> {}, told::add);
    }

    private static long files(RunDirectory directory) throws IOException {
        Path path = directory.existing();
        if (path == null) {
            return 0;
        }
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(file -> file.getFileName().toString().startsWith("shared-"))
                    .count();
        }
    }

    @Test
    void writesToTheFirstThatTakesItAndSaysNothing() throws IOException {
        Shared<String> shared = in(first, second).share("value");
        assertThat(files(first)).isEqualTo(1);
        assertThat(files(second)).isZero();
        assertThat(told).isEmpty();
        shared.close();
    }

    @Test
    @Row("R1")
    void writesToTheNextAndTellsIfTheFirstRefuses() throws IOException {
        Files.createDirectory(first.path().resolve("shared-1"));
        Files.createFile(first.path().resolve("shared-1").resolve("in the way"));
        Shared<String> shared = in(first, second).share("value");
        assertThat(files(second)).isEqualTo(1);
        assertThat(told).singleElement().asString().contains("shared value 1 of runner", "shared-1");
        assertThat(shared.get()).isEqualTo("value");
        shared.close();
        assertThat(files(second)).as("closed").isZero();
    }

    @Test
    void writesToTheNextIfThereIsNoDirectory() throws IOException {
        Shared<String> shared = in(none, second).share("value");
        assertThat(files(second)).isEqualTo(1);
        assertThat(told).hasSize(1);
        shared.close();
    }

    @Test
    void saysWhyIfThereIsNoRoomAnywhere() {
        SharedValues values = in(none, none);
        assertThatThrownBy(() -> values.share("value"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("shared value 1 of runner")
                .hasMessageContaining("java.io.tmpdir")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    }
}

package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerFilesTest {

    @TempDir
    private Path directory;

    private Path classes;
    private Path jar;
    private WorkerFiles files;

    @BeforeEach
    void makeAClassPath() throws IOException {
        classes = Files.createDirectories(directory.resolve("some classes"));
        jar = Files.createFile(directory.resolve("a b.jar"));
        files = new WorkerFiles(() -> List.of(classes, jar));
    }

    @Test
    void leadToWhatIsInADirectoryOfTheClassPathUnderItsName() throws IOException {
        Path file =
                Files.createFile(Files.createDirectories(classes.resolve("a/b")).resolve("c.txt"));
        assertThat(files.leadTo(file.toUri().toURL(), "a/b/c.txt")).isTrue();
        assertThat(files.leadTo(file.toUri().toURL(), "b/c.txt"))
                .as("the root of another loader")
                .isFalse();
    }

    @Test
    void leadToWhatIsInAJarOfTheClassPathButNotInAJarInIt() throws IOException {
        String root = "jar:" + jar.toUri() + "!/";
        assertThat(files.leadTo(new URL(root + "a/b.txt"), "a/b.txt")).isTrue();
        assertThat(files.leadTo(new URL(root + "BOOT-INF/classes!/a/b.txt"), "a/b.txt"))
                .isFalse();
        assertThat(files.leadTo(new URL("jar:" + directory.resolve("other.jar").toUri() + "!/a/b.txt"), "a/b.txt"))
                .isFalse();
    }

    @Test
    void leadToWhatIsInTheJdk() throws IOException {
        URL object = Object.class.getResource("Object.class");
        assertThat(files.leadTo(object, "java/lang/Object.class")).isTrue();
    }
}

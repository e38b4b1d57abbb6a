package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.testing.BytesHandler;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibraryFilesTest {

    private static final Class<?> TYPE = LibraryFilesTest.class;
    private static final Map<String, byte[]> CONTENT = Map.of("a.txt", new byte[] {1});

    @TempDir
    Path home;

    private Path at(URL location) throws IOException {
        return LibraryFiles.at(location, TYPE, Files.createTempDirectory(home, "copies"));
    }

    /** A handler of some loader's own: only it knows what its URLs mean. */
    private static URL foreign(String text, byte[] content) throws IOException {
        return new URL(null, text, new BytesHandler(content));
    }

    @Test
    void leavesAFileWhereItIs() throws Exception {
        Path jar = Jars.with(home.resolve("with space #1.jar"), CONTENT);
        assertThat(at(jar.toUri().toURL())).isEqualTo(jar);
        assertThat(at(new URL("jar:" + jar.toUri() + "!/"))).isEqualTo(jar);
        Path spaced = Jars.with(home.resolve("with space.jar"), CONTENT);
        assertThat(at(new URL("file:" + spaced))).as("without escapes").isEqualTo(spaced);
    }

    @Test
    void copiesAJarOutOfAnArchive() throws Exception {
        byte[] inner = Jars.bytes(CONTENT);
        Path archive = Jars.with(home.resolve("app.jar"), Map.of("BOOT-INF/lib/tandem core.jar", inner));
        Path copy = at(new URL("jar:" + archive.toUri() + "!/BOOT-INF/lib/tandem%20core.jar!/"));
        assertThat(copy).hasBinaryContent(inner).hasFileName("tandem_20core.jar");
    }

    @Test
    void copiesWhatOnlyTheHandlerOfItsLoaderCanOpen() throws Exception {
        byte[] jar = Jars.bytes(CONTENT);
        assertThat(at(foreign("vfs:/deployments/app.war/WEB-INF/lib/core.jar", jar)))
                .hasBinaryContent(jar)
                .hasFileName("core.jar");
    }

    @Test
    void copiesAJarWhosePathNoClassPathCanName() throws Exception {
        Path jar = Jars.with(home.resolve("at 12:30/core.jar"), CONTENT);
        assertThat(at(jar.toUri().toURL())).hasSameBinaryContentAs(jar).isNotEqualTo(jar);
        assertThat(at(new URL("jar:" + jar.toUri() + "!/")))
                .hasSameBinaryContentAs(jar)
                .isNotEqualTo(jar);
        assertThatThrownBy(() -> LibraryFiles.at(jar.toUri().toURL(), TYPE, jar.getParent()))
                .isInstanceOf(UnstartableException.class)
                .hasMessageContaining("another -Djava.io.tmpdir");
        assertThatThrownBy(() -> at(jar.getParent().toUri().toURL()))
                .isInstanceOf(UnstartableException.class)
                .hasMessageContaining("was loaded from " + jar.getParent() + ", which no class path can name: a \":\"");
    }

    @Test
    void saysWhatItFoundAndWhatToDo() throws Exception {
        URL nowhere = foreign("vfs:/deployments/classes/", "a listing".getBytes());
        assertThatThrownBy(() -> at(nowhere))
                .isInstanceOf(UnstartableException.class)
                .hasMessageStartingWith("the library itself must be in files that a worker can read, but "
                        + TYPE.getName()
                        + " was loaded from vfs:/deployments/classes/, which is neither a file nor a jar that"
                        + " can be read (what can be read at vfs:/deployments/classes/ is no jar); name jars")
                .hasMessageContaining("ProcessOptions.classPath(...)");
        assertThatThrownBy(() -> at(home.resolve("gone.jar").toUri().toURL()))
                .isInstanceOf(UnstartableException.class)
                .hasMessageContaining("gone.jar");
        assertThatThrownBy(() -> LibraryFiles.at(null, TYPE, home)).isInstanceOf(UnstartableException.class);
    }

    @Test
    void asksForTheClassFileOfWhatTellsNoPlace() {
        assertThat(LibraryFiles.locationOf(String.class)).hasToString("jrt:/java.base/");
    }
}

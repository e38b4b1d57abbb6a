package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ArchiveDirectoryTest {

    @TempDir
    Path home;

    private Path place;
    private ArchiveDirectory directory;

    @BeforeEach
    void open() {
        assumeThat(home.getFileSystem().supportedFileAttributeViews()).contains("posix");
        place = home.resolve("cache").resolve("tandem");
        directory = new ArchiveDirectory(place, () -> home);
    }

    @Test
    void findsWhatWasStoredInADirectoryOfThisUserAlone() throws IOException {
        assertThat(directory.find("a")).isEmpty();
        store("a", "archive");

        ArchiveDirectory.Pair found = directory.find("a").orElseThrow();
        assertThat(found.jar()).hasContent("jar of a");
        assertThat(found.archive()).hasContent("archive");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
                .isEqualTo("rwx------");
        assertThat(directory.find("b")).isEmpty();
        assertThat(files()).hasSize(2);
    }

    @Test
    void removesADamagedArchive() throws IOException {
        store("a", "archive");
        Path archive = archives().get(0);
        Files.writeString(archive, "archivf");

        assertThat(directory.find("a")).isEmpty();
        assertThat(archive).doesNotExist();
    }

    @Test
    void usesNoDirectoryThatOthersCanEnter() throws IOException {
        store("a", "archive");
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(directory.find("a")).isEmpty();
        assertThat(directory.whyNot()).contains("this user alone");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> store("b", "archive"));
    }

    @Test
    void usesNoFileThatOthersCanWrite() throws IOException {
        store("a", "archive");
        Files.setPosixFilePermissions(archives().get(0), PosixFilePermissions.fromString("rw-rw-r--"));

        assertThat(directory.find("a")).isEmpty();
    }

    @Test
    void usesNoLinks() throws IOException {
        store("a", "archive");
        Path elsewhere = Files.move(place, home.resolve("elsewhere"));
        Files.createSymbolicLink(place, elsewhere);

        assertThat(directory.find("a")).isEmpty();
    }

    @Test
    void usesNothingOfAnotherUser() throws IOException {
        store("a", "archive");
        Path stranger = Path.of("/"); // that is root's
        if (Files.getOwner(stranger).equals(Files.getOwner(home))) {
            stranger = Files.createFile(home.resolve("stranger"));
            Files.setOwner(
                    stranger,
                    home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        }
        Path asSomebodyElse = stranger;

        assertThat(new ArchiveDirectory(place, () -> asSomebodyElse).find("a")).isEmpty();
    }

    @Test
    void failsWhereNothingCanBeWritten() throws IOException {
        Path file = Files.createFile(home.resolve("file"));
        ArchiveDirectory nowhere = new ArchiveDirectory(file.resolve("tandem"), () -> home);

        assertThat(nowhere.find("a")).isEmpty();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> nowhere.store("a", target -> {}, (jar, target) -> {}));
    }

    @Test
    void leavesNothingOfAnArchiveThatCouldNotBeMade() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> directory.store("a", target -> Files.writeString(target, "jar"), (jar, target) -> {
                    Files.writeString(target, "half");
                    throw new IOException("stopped");
                }));

        assertThat(directory.find("a")).isEmpty();
        assertThat(place.toFile().list((dir, name) -> name.endsWith(".tmp"))).isEmpty();
    }

    @Test
    void takesTheSameArchiveOfSeveralBuildersAtOnce() throws Exception {
        ExecutorService builders = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int builder = i;
                all.add(builders.submit(() -> {
                    store("a", "archive of " + builder);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            builders.shutdownNow();
        }
        assertThat(directory.find("a")).isPresent();
        assertThat(place.toFile().list((dir, name) -> name.endsWith(".tmp"))).isEmpty();
    }

    @Test
    void removesTheOldestWhenThereAreTooMany() throws IOException {
        for (int i = 0; i < 10; i++) {
            store("name" + i, "archive");
            for (Path archive : archives()) {
                if (archive.getFileName().toString().startsWith("name" + i)) {
                    Files.setLastModifiedTime(archive, FileTime.fromMillis(1_000_000L * i));
                }
            }
        }
        assertThat(directory.find("name1")).isEmpty();
        assertThat(place.resolve("name1.jar")).doesNotExist();
        assertThat(directory.find("name9")).isPresent();
        assertThat(archives()).hasSizeLessThan(10);
    }

    @Test
    void isInTheCacheOfTheUser() {
        assertThat(ArchiveDirectory.place("/x", home.toString())).isEqualTo(Path.of("/x/tandem"));
        assertThat(ArchiveDirectory.place("relative", home.toString())).isEqualTo(home.resolve(".cache/tandem"));
        assertThat(ArchiveDirectory.place(null, "?")).isNull();
        assertThat(new ArchiveDirectory(null, () -> home).whyNot()).contains("home directory");
    }

    private void store(String name, String content) throws IOException {
        directory.store(
                name,
                target -> Files.writeString(target, "jar of " + name),
                (jar, target) -> Files.writeString(target, content));
    }

    private List<Path> archives() throws IOException {
        return files().stream().filter(file -> file.toString().endsWith(".jsa")).toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(place)) {
            return all.toList();
        }
    }
}

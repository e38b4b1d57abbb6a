package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingFileTest {

    private static final int CAPACITY = 4096;
    private static final long KEY = 0x0123_4567_89AB_CDEFL;

    @TempDir
    Path directory;

    @Test
    void isSharedByWhoeverMapsIt() throws IOException {
        try (RingFile file = RingFile.create(directory, CAPACITY, KEY)) {
            RingMemory workers = RingFile.open(file.path().toString(), CAPACITY, KEY);
            new RingSink(file.memory().toWorker()).offer(new byte[] {1, 2}, 0, 2);
            new RingSink(workers.toParent()).offer(new byte[] {3}, 0, 1);
            byte[] bytes = new byte[3];
            assertThat(new RingSource(workers.toWorker()).poll(bytes, 0, 3)).isEqualTo(2);
            assertThat(new RingSource(file.memory().toParent()).poll(bytes, 2, 1))
                    .isEqualTo(1);
            assertThat(bytes).containsExactly(1, 2, 3);
            assertThat(workers.isSpinningAllowed()).isFalse();
            file.memory().allowSpinning(true);
            assertThat(workers.isSpinningAllowed()).isTrue();
        }
    }

    @Test
    void isForItsOwnerOnlyAndSaysWhoseItIs() throws IOException {
        try (RingFile file = RingFile.create(directory, CAPACITY, KEY)) {
            assertThat(file.path().getFileName().toString())
                    .matches("tandem-" + ProcessHandle.current().pid() + "-\\d+\\.ring");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                    .isEqualTo("rw-------");
            file.unlink();
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Row("R2")
    @Test
    @SuppressWarnings("try") // it is closed early on purpose
    void r2GivesItsRoomBackThoughItIsDeletedAndStillMapped() throws IOException {
        Path otherName = directory.resolve("other");
        try (RingFile file = RingFile.create(directory, CAPACITY, KEY)) {
            Files.createLink(otherName, file.path());
            file.unlink();
            assertThat(otherName).hasSize(RingMemory.sizeOf(CAPACITY));
            file.close();
            assertThat(otherName).isEmptyFile();
        }
    }

    @Test
    void leavesNothingBehindWhereItCannotBeMade() {
        assertThatThrownBy(() -> RingFile.create(directory.resolve("missing"), CAPACITY, KEY))
                .isInstanceOf(IOException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesAFileThatIsNotTheOneThatWasAnnounced() throws IOException {
        try (RingFile file = RingFile.create(directory, CAPACITY, KEY)) {
            String path = file.path().toString();
            assertThatThrownBy(() -> RingFile.open(path, CAPACITY, KEY + 1))
                    .hasMessage("the file is not the one that was announced");
            assertThatThrownBy(() -> RingFile.open(path, 2 * CAPACITY, KEY)).hasMessageContaining("its size is");
            Path link = Files.createSymbolicLink(directory.resolve("link"), file.path());
            assertThatThrownBy(() -> RingFile.open(link.toString(), CAPACITY, KEY))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> RingFile.open(directory.toString(), CAPACITY, KEY))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> RingFile.open(path + "x", CAPACITY, KEY)).isInstanceOf(IOException.class);
        }
    }

    /** A cut file would be made longer again by mapping it, full of holes that a full file system cannot fill. */
    @Test
    void refusesAFileThatSomebodyHasCut() throws IOException {
        try (RingFile file = RingFile.create(directory, CAPACITY, KEY)) {
            Files.write(file.path(), new byte[10]);
            assertThatThrownBy(() -> RingFile.open(file.path().toString(), CAPACITY, KEY))
                    .hasMessageContaining("its size is 10 bytes");
            assertThat(file.path()).hasSize(10);
        }
    }
}

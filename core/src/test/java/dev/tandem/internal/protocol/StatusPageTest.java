package dev.tandem.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.internal.protocol.StatusPage.Begun;
import dev.tandem.internal.protocol.StatusPage.Named;
import dev.tandem.internal.protocol.StatusPage.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatusPageTest {

    private static final long LARGEST_ID = (1L << 48) - 1;

    @Test
    void showsOnOneSideWhatTheOtherOneHasWritten(@TempDir Path directory) throws Exception {
        Named made = StatusPage.create(directory);
        StatusPage worker = StatusPage.open(made.path());
        made.unlink();
        made.unlink();
        assertThat(made.path()).doesNotExist();
        StatusPage supervisor = made.page();

        assertThat(supervisor.begun()).isEqualTo(new Begun(0, Phase.DECODING));
        worker.begin(LARGEST_ID, -5);
        assertThat(supervisor.begun()).isEqualTo(new Begun(LARGEST_ID, Phase.DECODING));
        assertThat(supervisor.sinceNanos()).isEqualTo(-5);
        assertThat(supervisor.ended()).isZero();
        worker.enter(LARGEST_ID, Phase.RUNNING);
        assertThat(supervisor.begun()).isEqualTo(new Begun(LARGEST_ID, Phase.RUNNING));
        worker.end(LARGEST_ID);
        assertThat(supervisor.begun()).isEqualTo(new Begun(LARGEST_ID, Phase.ENDED));
        assertThat(supervisor.ended()).isEqualTo(LARGEST_ID);
    }

    @Test
    void takesWhatIsNoPhaseForTheEnd() {
        ByteBuffer memory = ByteBuffer.allocateDirect(64);
        memory.putLong(0, -1L);
        assertThat(new StatusPage(memory).begun()).isEqualTo(new Begun(LARGEST_ID, Phase.ENDED));
    }

    @Test
    void refusesAFileOfAnotherSize(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("cut.page"), new byte[63]);
        assertThatThrownBy(() -> StatusPage.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("63");
        assertThatThrownBy(() -> StatusPage.open(directory.resolve("none"))).isInstanceOf(IOException.class);
    }
}

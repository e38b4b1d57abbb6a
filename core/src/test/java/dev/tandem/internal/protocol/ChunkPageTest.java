package dev.tandem.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.protocol.StatusPage.Named;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChunkPageTest {

    private static final long ONE = 1L << 32;

    @Test
    void letsBothSidesTakeInputsAndShowsTheResults(@TempDir Path directory) throws Exception {
        Named made = StatusPage.create(directory);
        StatusPage opened = StatusPage.open(made.path());
        made.unlink();
        assertThat(opened.hasChunks()).isTrue();
        ChunkPage supervisor = made.page().chunk(1);
        ChunkPage worker = opened.chunk(1);

        supervisor.prepare(3 * ONE | 6);
        worker.open();
        assertThat(worker.take(4)).as("not the next").isFalse();
        assertThat(worker.take(3)).isTrue();
        assertThat(worker.put("three")).isTrue();
        assertThat(worker.put(new Object())).isFalse();
        assertThat(worker.take(4)).isTrue();
        assertThat(supervisor.word()).isEqualTo(5 * ONE | 6);
        assertThat(supervisor.change(5 * ONE | 6, 5 * ONE | 5))
                .as("takes the last away")
                .isTrue();
        assertThat(worker.put(4)).isTrue();
        assertThat(worker.take(5)).isFalse();

        long over = supervisor.over();
        assertThat(over >>> 32).isEqualTo(2);
        ByteBuffer results = supervisor.results().limit((int) over);
        assertThat(PlainValues.get(results)).isEqualTo("three");
        assertThat(PlainValues.get(results)).isEqualTo(4);
        assertThat(made.page().chunk(0).word()).as("of the other chunk").isZero();
    }

    @Test
    void beginsNothingMoreOnceItIsClosed() {
        ChunkPage page = new ChunkPage(ByteBuffer.allocateDirect(ChunkPage.BYTES));
        page.prepare(9);
        assertThat(page.change(9, Long.MIN_VALUE | 9)).isTrue();
        assertThat(page.take(0)).isFalse();
    }

    @Test
    void refusesAResultForWhichThereIsNoRoom() {
        ChunkPage page = new ChunkPage(ByteBuffer.allocateDirect(ChunkPage.BYTES));
        page.open();
        int results = 0;
        while (page.hasRoom() && page.put(1.5)) {
            results++;
        }
        assertThat(results).isBetween(15_000, 20_000);
        assertThat(page.over() >>> 32).isEqualTo(results);
    }
}

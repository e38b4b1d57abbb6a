package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.engine.Chunk;
import dev.tandem.internal.protocol.ChunkPage;
import dev.tandem.internal.protocol.StatusPage;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The word of a chunk is in one place at a time, and its slot is taken once. */
final class ChunkSiteTest {

    private static final long ONE = 1L << 32;
    private static final long FIVE_WAIT = 5; // from 0 to 5, none has begun

    @SuppressWarnings("NullAway") // only results are handed to it, and here are none
    private static final Chunk<?> NO_CHUNK = null;

    private final AtomicIntegerArray used = new AtomicIntegerArray(ChunkPage.SLOTS);

    private StatusPage page;

    @BeforeEach
    void openPage(@TempDir Path directory) throws Exception {
        StatusPage.Named made = StatusPage.create(directory);
        page = made.page();
        made.unlink();
    }

    private ChunkSite site() {
        ChunkSite site = ChunkSite.of(NO_CHUNK, page, used);
        assertThat(site).isNotNull();
        site.prepare(FIVE_WAIT);
        return site;
    }

    @Test
    void refusesAChangeOnceTheChunkHasLeftWithItsWord() {
        ChunkSite site = site();
        assertThat(site.change(FIVE_WAIT, 4)).isTrue();
        assertThat(page.chunk(0).take(0)).isTrue();
        assertThat(site.leave()).isEqualTo(ONE | 4);
        assertThat(site.change(ONE | 4, ONE | 1)).as("it would be lost").isFalse();
        assertThat(site.word()).isEqualTo(ONE | 4);
    }

    @Test
    void letsTheChunkBeClosedWhenTheSlotIsAnothersAlready() {
        ChunkSite site = site();
        site.release();
        ChunkSite next = site();
        assertThat(next.slot()).isEqualTo(site.slot());
        assertThat(site.change(FIVE_WAIT, Long.MIN_VALUE | FIVE_WAIT)).isTrue();
        assertThat(next.word()).isEqualTo(FIVE_WAIT);
    }

    @Test
    void givesItsSlotBackOnce() {
        ChunkSite site = site();
        site.release();
        ChunkSite next = site();
        site.release();
        site.leave();
        assertThat(used.get(next.slot())).isEqualTo(1);
        next.leave();
        assertThat(used.get(next.slot())).isZero();
    }
}

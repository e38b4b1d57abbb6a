package dev.tandem.internal.protocol;

import java.io.File;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What one worker is doing, in memory that it shares with its supervisor: a store where there would be a frame.
 *
 * <p><b>Why.</b> After a death it must be known what had begun, for that is lost and everything else just moves; so a worker has to
 * say so before it decodes the first byte. As a frame that is a system call and a thread woken at the other side, for a task that may
 * take less than either. A page costs a store, outlives the process that wrote it, and whoever wants to know looks.
 *
 * <pre>
 *   byte   0       2                           8
 *         +-------+---------------------------+
 *       0 | phase | attempt that has begun    |  16 + 48 bits of one long: both change in one store
 *         +-------+---------------------------+
 *       8 | attempt that has ended            |  its code has returned, its answer is made, perhaps not yet read
 *         +-----------------------------------+
 *      16 | since when the one that has begun |  System.nanoTime() of the worker
 *         +-----------------------------------+
 *      24 | unused                            |
 *         +-----------------------------------+
 *      32 | whether the worker may spin       |  written by the supervisor: 1 if it may
 *         +-----------------------------------+
 *      40 | unused                            |
 *         +-----------------------------------+
 *      64 | answers that are not written yet  |  see {@link #tail}
 *         +-----------------------------------+ 4096
 *         | chunks of inputs, see ChunkPage   |
 *         +-----------------------------------+
 * </pre>
 *
 * Numbers are in the byte order of the machine; zero means none yet.
 *
 * <p><b>Order.</b> The worker writes a time, and then with release the attempt that they belong to; the supervisor reads
 * the attempt with acquire, and then the rest. So the rest is never older than the attempt. It may be newer, of an attempt that has
 * begun in between: whoever uses it must take it for an estimate. All stores come before the answer, which goes through the system, so
 * who has read an answer sees that its attempt had begun. Java's memory model speaks of one JVM; aligned accesses by {@link VarHandle} to
 * mapped memory compile to the instructions that are used between threads, and the processor knows nothing of processes.
 *
 * <p><b>Trust.</b> The worker can write what it likes. Every value here is a claim, to be checked against what was sent. The file is
 * written before it is mapped, which fails cleanly where there is no room, and has a name only until the worker has mapped it.
 *
 * <p>One thread of one process writes, but for the one word that is the supervisor's; any number of threads read.
 */
public final class StatusPage {

    private static final int STATUS_BYTES = 4096;
    private static final int BYTES = STATUS_BYTES + ChunkPage.SLOTS * ChunkPage.BYTES;
    private static final int STEP_BYTES =
            16 * 1024; // a copy of what is written at once is kept by the thread that writes
    private static final int TAIL = 64;
    private static final int BEGUN = 0;
    private static final int ENDED = 8;
    private static final int SINCE = 16;
    private static final int MAY_SPIN = 32;
    private static final int ID_BITS = 48;
    private static final long ID_MASK = (1L << ID_BITS) - 1;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;

    /** What the attempt that has begun last is doing. */
    public enum Phase {
        /** It has begun, and is being decoded. */
        DECODING(0),
        /** Code of the user's runs. */
        RUNNING(1),
        /** The result is being encoded. */
        ENCODING(2),
        /** Nothing of it is left but its answer. */
        ENDED(3);

        private final int code;

        Phase(int code) {
            this.code = code;
        }

        private static Phase of(int code) {
            for (Phase phase : PHASES) {
                if (phase.code == code) {
                    return phase;
                }
            }
            return ENDED;
        }
    }

    private static final List<Phase> PHASES = List.of(Phase.values());

    /**
     * What a worker claims to have begun.
     *
     * @param attemptId the attempt, 0 for none yet
     * @param phase what it is doing with it; {@link Phase#ENDED} for what is no phase
     */
    public record Begun(long attemptId, Phase phase) {}

    /**
     * Looks at memory that others see too.
     *
     * @param memory at least 64 bytes, aligned to 8, outside of the heap; with less than a whole file has, there are no chunks
     */
    public StatusPage(ByteBuffer memory) {
        this.memory = memory;
    }

    /** A page and the name that it has until somebody takes it away. */
    public record Named(StatusPage page, Path path) {

        /** Takes the name away; idempotent. Where the system does not let go of mapped files, at the exit. */
        public void unlink() {
            File file = path.toFile();
            if (!file.delete() && file.exists()) {
                file.deleteOnExit();
            }
        }
    }

    /**
     * Makes one, for this user alone.
     *
     * @param directory better one in memory: on a disk, a store could wait for that
     * @throws IOException if there is no room
     */
    public static Named create(Path directory) throws IOException {
        Path path = Files.createTempFile(directory, "worker-", ".page");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(STEP_BYTES);
            for (int left = BYTES; left > 0; ) {
                left -= channel.write(zeros.clear().limit(Math.min(left, STEP_BYTES)));
            }
            return new Named(new StatusPage(channel.map(MapMode.READ_WRITE, 0, BYTES)), path);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /**
     * The worker's part.
     *
     * @throws IOException if it cannot be mapped, or is no page
     */
    public static StatusPage open(Path path) throws IOException {
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.size() != BYTES) {
                throw new IOException("no status page: " + channel.size() + " bytes instead of " + BYTES);
            }
            return new StatusPage(channel.map(MapMode.READ_WRITE, 0, BYTES));
        }
    }

    /** Where a connection keeps what is said and not written yet. */
    public ByteBuffer tail() {
        return memory.slice(TAIL, STATUS_BYTES - TAIL);
    }

    // ---- the worker writes

    /** The attempt has begun just now, and not one byte of it was decoded. */
    public void begin(long attemptId, long nowNanos) {
        LONGS.setOpaque(memory, SINCE, nowNanos);
        enter(attemptId, Phase.DECODING);
    }

    /** The attempt has come that far. */
    public void enter(long attemptId, Phase phase) {
        LONGS.setRelease(memory, BEGUN, (long) phase.code << ID_BITS | attemptId);
    }

    /** Nothing of the attempt is left but its answer. */
    public void end(long attemptId) {
        LONGS.setRelease(memory, ENDED, attemptId);
        enter(attemptId, Phase.ENDED);
    }

    /** Whether there is a core to spare, as far as the supervisor knows. */
    public boolean maySpin() {
        return (long) LONGS.getOpaque(memory, MAY_SPIN) == 1;
    }

    // ---- the supervisor

    /** Tells the worker whether there is a core to spare. */
    public void allowSpinning(boolean allowed) {
        LONGS.setOpaque(memory, MAY_SPIN, allowed ? 1L : 0L);
    }

    /** What has begun last. */
    public Begun begun() {
        long word = (long) LONGS.getAcquire(memory, BEGUN);
        return new Begun(word & ID_MASK, Phase.of((int) (word >>> ID_BITS)));
    }

    /** What has ended last. */
    public long ended() {
        return (long) LONGS.getAcquire(memory, ENDED);
    }

    /** When what has begun last began, by the clock of this machine that {@link System#nanoTime} reads. */
    public long sinceNanos() {
        return (long) LONGS.getAcquire(memory, SINCE);
    }

    // ---- both

    /** {@return whether there is room for chunks of inputs} */
    public boolean hasChunks() {
        return memory.capacity() >= BYTES;
    }

    /**
     * The place of one chunk of inputs.
     *
     * @param slot from 0
     * @return the place; who asks again gets another look at the same memory
     */
    public ChunkPage chunk(int slot) {
        return new ChunkPage(memory.slice(STATUS_BYTES + slot * ChunkPage.BYTES, ChunkPage.BYTES)
                .order(ByteOrder.BIG_ENDIAN));
    }
}

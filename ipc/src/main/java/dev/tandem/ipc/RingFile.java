package dev.tandem.ipc;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file whose pages are the memory of two rings; made by the parent, for one worker, readable by their user alone.
 *
 * <p>A mapped file bites twice: a store finds no page if the file system is full, and no access does if the file was cut;
 * either is an error of the JVM that strikes at any later moment. So all of it is written before it is mapped, which fails
 * cleanly if there is no room. And it has a name only until the worker has mapped it: afterwards nobody can open it.
 *
 * <p>Java cannot end a mapping, it waits for the garbage collector; a deleted file that is still mapped keeps its room. So when
 * neither side will touch the memory again the file is cut to nothing, which gives its pages back at once.
 *
 * <p>Safe for use by any number of threads.
 */
final class RingFile implements AutoCloseable {

    /**
     * Of each direction. Larger: more of a long payload is copied by both sides at once; smaller: less memory per worker, and
     * containers often have 64 MB of it.
     */
    static final int CAPACITY = 512 * 1024;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path path;
    private final RandomAccessFile file;
    private final RingMemory memory;

    private boolean closed; // guarded by this

    private RingFile(Path path, RandomAccessFile file, RingMemory memory) {
        this.path = path;
        this.file = file;
        this.memory = memory;
    }

    /** Where there is memory that looks like files, or else where temporary files are. */
    static Path directory() {
        return Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    /**
     * Makes one, filled with zeros.
     *
     * @param key to tell it from all others
     * @throws IOException if there is no room
     */
    @SuppressWarnings("StreamResourceLeak") // the file is what this object owns
    static RingFile create(Path directory, int capacity, long key) throws IOException {
        // With this JVM's number, for whoever wonders whose it is; random, and for nobody else to read.
        Path path = Files.createTempFile(
                directory, "tandem-" + ProcessHandle.current().pid() + "-", ".ring");
        RandomAccessFile file = null;
        try {
            file = new RandomAccessFile(path.toFile(), "rw"); // no channel of its own: an interrupt would close it
            fill(file, RingMemory.sizeOf(capacity));
            var mapped = file.getChannel().map(MapMode.READ_WRITE, 0, RingMemory.sizeOf(capacity));
            return new RingFile(path, file, RingMemory.format(mapped, capacity, key));
        } catch (IOException | RuntimeException e) {
            if (file != null) {
                file.close();
            }
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private static void fill(RandomAccessFile file, int bytes) throws IOException {
        byte[] zeros = new byte[64 * 1024];
        for (int done = 0; done < bytes; done += zeros.length) {
            file.write(zeros, 0, Math.min(zeros.length, bytes - done));
        }
    }

    /**
     * The worker's part.
     *
     * @throws IOException if it cannot be opened or is not what was announced
     */
    static RingMemory open(String path, int capacity, long key) throws IOException {
        try (FileChannel channel = FileChannel.open(
                new File(path).toPath(),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
            int size = RingMemory.sizeOf(capacity);
            if (channel.size() != size) {
                throw new IOException("the file is not the one that was announced: its size is " + channel.size()
                        + " bytes, expected " + size);
            }
            return RingMemory.check(channel.map(MapMode.READ_WRITE, 0, size), capacity, key);
        }
    }

    RingMemory memory() {
        return memory;
    }

    Path path() {
        return path;
    }

    /** Takes its name away, after which nobody else can open it; where the system does not let go of mapped files, at the exit. */
    void unlink() {
        if (!path.toFile().delete()) {
            path.toFile().deleteOnExit();
        }
    }

    /** Gives its room back. Nobody must touch the memory afterwards. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try (file) {
                file.setLength(0);
            } catch (IOException e) {
                // As Windows does while it is mapped: then the garbage collector gives it back.
            }
        }
    }
}

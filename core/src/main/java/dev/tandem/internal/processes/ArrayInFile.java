package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Runner;
import dev.tandem.internal.protocol.InFile;
import dev.tandem.internal.protocol.SharedFile;
import dev.tandem.ipc.PrimitiveArrays;
import dev.tandem.ipc.StandIn;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is in an array that many tasks have captured, in a file. Stands for the array in the encoding of such a task.
 *
 * <p>The file is there as long as somebody keeps this: the {@link RepeatedArrays}, as long as the array is what it was, and each task that was encoded
 * with it. This JVM maps it too, so that an array can be compared with it, and what is in it can be sent after all. Thread-safe.
 */
final class ArrayInFile implements StandIn {

    /** Stays in the cache of a processor between the copy and the comparison. */
    private static final int STEP_BYTES = 64 * 1024;

    private final InFile description;
    private final ByteBuffer content;
    private volatile boolean isRefused; // once true, it stays so
    private @Nullable Object array; // guarded by this; once it was refused, for all that are to be sent again

    /**
     * Writes an array, as it is now.
     *
     * @param used what has counted the file's bytes, which are taken off when the file is deleted
     * @throws IOException if that cannot be done; there is no file then, and the bytes are still counted
     */
    static ArrayInFile write(Path file, Object array, AtomicLong used) throws IOException {
        SharedFile.writeArray(file, array);
        try {
            return new ArrayInFile(file, array, SharedFile.map(file), used);
        } catch (IOException | RuntimeException | Error e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private ArrayInFile(Path file, Object array, ByteBuffer content, AtomicLong used) {
        this.description = new InFile(file.toString(), PrimitiveArrays.typeOf(array), Array.getLength(array), null);
        this.content = content;
        Runner.whenForgotten(this, new Removal(file, content.remaining(), used));
    }

    /** Whether an array is the same in each bit. */
    boolean holds(Object array) {
        if (PrimitiveArrays.typeOf(array) != description.type() || Array.getLength(array) != description.elements()) {
            return false;
        }
        ByteBuffer step = ByteBuffer.allocate(STEP_BYTES).order(ByteOrder.nativeOrder());
        try {
            int position = 0;
            for (int done = 0; done < description.elements(); position += step.limit()) {
                done += PrimitiveArrays.put(array, done, step.clear());
                if (!step.flip().equals(content.slice(position, step.limit()))) {
                    return false;
                }
            }
            return true;
        } catch (InternalError cut) {
            return false; // somebody has cut the file
        }
    }

    /** What is sent to a worker: the name of the file; or, once a worker could not open it, the array. */
    Object sent() {
        return isRefused ? array() : description;
    }

    private synchronized Object array() {
        Object made = array;
        if (made == null) {
            made = description.copyOf(content);
            array = made;
        }
        return made;
    }

    /** A worker could not open it. */
    void refuse() {
        isRefused = true;
    }

    boolean isRefused() {
        return isRefused;
    }

    long bytes() {
        return description.bytes();
    }

    /** Deletes a file; knows nothing of what it is for. */
    private record Removal(Path file, long bytes, AtomicLong used) implements Runnable {
        @Override
        public void run() {
            used.addAndGet(-bytes);
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // the directory goes when the runner does
            }
        }
    }
}

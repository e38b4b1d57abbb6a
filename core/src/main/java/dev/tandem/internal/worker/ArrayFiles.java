package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.InFile;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.SharedFile;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files with arrays that runs refer to: opened when a run comes, so that the file may be deleted before it begins.
 *
 * <p>Each file is mapped once, as long as somebody needs the map: a map that is kept keeps the space of a file that was deleted, and mapping again costs
 * little beside the copy that a task gets. Used by who has the turn to read.
 */
final class ArrayFiles {

    private final Map<String, WeakReference<ByteBuffer>> mapped = new HashMap<>();

    /** A run with its files opened; what could not be opened is left as it is. */
    Run opened(Run run) {
        Payload function = run.function();
        if (InFile.areAllThere(function)) {
            return run;
        }
        boolean interrupted = Thread.interrupted(); // it would close the file under the reader
        try {
            List<Object> arrays = new ArrayList<>(function.arrays().size());
            for (Object array : function.arrays()) {
                arrays.add(array instanceof InFile file ? opened(file) : array);
            }
            return run.of(new Payload(function.bytes(), arrays));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private InFile opened(InFile file) {
        try {
            ByteBuffer content = known(file.file());
            return file.opened(content == null ? map(file.file()) : content);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            return file; // deleted, another user's, or there is no room for a map: it will be sent
        }
    }

    private @Nullable ByteBuffer known(String path) {
        WeakReference<ByteBuffer> kept = mapped.get(path);
        return kept == null ? null : kept.get();
    }

    private ByteBuffer map(String path) throws IOException {
        mapped.values().removeIf(other -> other.get() == null);
        ByteBuffer content = SharedFile.map(Path.of(path));
        mapped.put(path, new WeakReference<>(content));
        return content;
    }
}

package dev.tandem.ipc;

import java.io.Serializable;
import java.nio.file.FileSystems;
import java.nio.file.Path;

/**
 * A path as it stands in a message: {@link Path} is not serializable, although its text says all.
 *
 * <p>Only paths of the default file system travel; those of others, such as the inside of an archive, belong to an object
 * that the other side does not have. A relative path stays relative.
 */
final class PathText implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String text;

    private PathText(String text) {
        this.text = text;
    }

    /** What to write for an object: itself, unless it is a path that can travel. */
    static Object inPlaceOf(Object object) {
        return object instanceof Path path && path.getFileSystem() == FileSystems.getDefault()
                ? new PathText(path.toString())
                : object;
    }

    private Object readResolve() {
        return Path.of(text);
    }
}

package dev.tandem.internal.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a path that did not exist when it was looked at. A runner makes it where it needs it; who only looks leaves none of it
 * behind. Immutable.
 */
final class MissingPlace {

    private final List<Path> directories; // the deepest first

    private MissingPlace(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    static MissingPlace of(String place) {
        List<Path> missing = new ArrayList<>();
        try {
            Path path = Path.of(place).toAbsolutePath();
            while (path != null && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                missing.add(path);
                path = path.getParent();
            }
        } catch (InvalidPathException e) {
            // nobody can make it
        }
        return new MissingPlace(missing);
    }

    /** Removes what was made since, as far as it is empty. */
    void removeAgain() {
        try {
            for (Path directory : directories) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            // somebody has put something there, and needs it
        }
    }
}

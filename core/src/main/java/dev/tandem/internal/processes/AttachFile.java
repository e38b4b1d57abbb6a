package dev.tandem.internal.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files by which a JVM and whoever attaches to it meet.
 *
 * <p>Who attaches makes {@code .attach_pid<pid>} and sends SIGQUIT, which makes the JVM listen at {@code .java_pid<pid>}. One that
 * finds no {@code .attach_pid<pid>} when the signal comes prints a full thread dump instead, and one whose
 * {@code .java_pid<pid>} is gone cannot be reached: so of a JVM that lives nothing is deleted but what is certainly our own.
 * Stateless.
 */
final class AttachFile {

    private static final Path TEMPORARY = Path.of("/tmp"); // whatever java.io.tmpdir says

    private AttachFile() {}

    /** Removes what a JVM has left that is dead, or that was sent the signal which it cannot handle. */
    static void removeOfDead(long pid) {
        delete(TEMPORARY.resolve(".java_pid" + pid));
        delete(TEMPORARY.resolve(".attach_pid" + pid));
    }

    /** Where somebody who attaches to this JVM now would leave a file, if there is none yet. */
    static List<Path> free(long pid) {
        List<Path> free = new ArrayList<>();
        for (Path directory : List.of(Path.of("/proc/" + pid + "/cwd"), TEMPORARY)) {
            try {
                Path file = directory.toRealPath().resolve(".attach_pid" + pid); // the link ends with the process
                if (Files.notExists(file)) {
                    free.add(file);
                }
            } catch (IOException | RuntimeException e) {
                // another system, or another user's
            }
        }
        return free;
    }

    /** Deletes one, if it is there and ours to delete. */
    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException | RuntimeException e) {
            // somebody else's, or another system
        }
    }
}

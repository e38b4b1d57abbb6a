package dev.tandem.internal.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file by which {@code jps} and {@code jcmd -l} find a JVM. HotSpot makes it at its start, in a place that no property
 * changes, and removes it at its end; a JVM that is killed, or that its full heap has ended, leaves it. Stateless.
 */
final class PerformanceFile {

    private static final String DIRECTORY = "hsperfdata_" + System.getProperty("user.name", "");

    private PerformanceFile() {}

    /** Removes what a JVM has left that is dead, or that was sent the signal; a process that is none has no such file. */
    static void remove(long pid) {
        for (String parent : List.of("/tmp", System.getProperty("java.io.tmpdir", "/tmp"))) {
            try {
                Files.deleteIfExists(Path.of(parent, DIRECTORY, Long.toString(pid)));
            } catch (IOException | RuntimeException e) {
                // it stays until the next JVM of this user is started, which removes what is left of dead ones
            }
        }
    }
}

package dev.tandem.testing;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the runners of one JVM keep in a directory, or in memory that looks like one. What others keep there comes and goes meanwhile. */
public final class RunFiles {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final File[] NONE = {};

    private RunFiles() {}

    /** In memory, where the system has that: their directories, and what is in them. */
    public static List<Path> inMemory(long pid) {
        return in(MEMORY, pid);
    }

    /** Their directories, and what is in them. */
    public static List<Path> in(Path place, long pid) {
        List<Path> all = new ArrayList<>();
        for (File directory :
                orNone(place.toFile().listFiles((in, name) -> name.startsWith("tandem-run-" + pid + "-")))) {
            all.add(directory.toPath());
            for (File file : orNone(directory.listFiles())) {
                all.add(file.toPath());
            }
        }
        return all;
    }

    private static File[] orNone(File[] files) {
        return files == null ? NONE : files;
    }
}

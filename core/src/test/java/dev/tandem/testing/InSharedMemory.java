package dev.tandem.testing;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a JVM keeps in memory that looks like files, where the system has that. What others keep there comes and goes meanwhile. */
public final class InSharedMemory {

    private static final File MEMORY = new File("/dev/shm");
    private static final File[] NONE = {};

    private InSharedMemory() {}

    /** Its directories, and what is in them. */
    public static List<Path> of(long pid) {
        List<Path> all = new ArrayList<>();
        for (File directory : orNone(MEMORY.listFiles((place, name) -> name.startsWith("tandem-run-" + pid + "-")))) {
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

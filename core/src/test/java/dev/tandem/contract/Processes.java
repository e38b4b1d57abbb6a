package dev.tandem.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What there is to know about processes that are not ours. */
final class Processes {

    private Processes() {}

    /** Whether a signal has stopped all threads of a process; a system without /proc cannot tell, and is trusted. */
    static boolean isStopped(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.allMatch(thread -> state(thread.resolve("stat")) == 'T');
        } catch (IOException e) {
            return !Files.isDirectory(Path.of("/proc/self"));
        }
    }

    private static char state(Path stat) {
        try {
            String line = Files.readString(stat);
            return line.charAt(line.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return 'X'; // gone meanwhile
        }
    }

    /** Whether a process runs; one that is dead, and that only its parent has not noticed yet, does not. */
    static boolean isAlive(long pid) {
        if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
            return false;
        }
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return line.charAt(line.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return !Files.isDirectory(Path.of("/proc/self")); // gone meanwhile, or a system without /proc
        }
    }
}

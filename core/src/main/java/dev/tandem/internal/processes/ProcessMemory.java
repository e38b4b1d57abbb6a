package dev.tandem.internal.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory a process takes, where the system tells by {@code /proc}. */
final class ProcessMemory {

    private static final String LINE = "VmRSS:"; // what is in memory now, in kB

    private ProcessMemory() {}

    /** Empty if there is no such process, or nobody says. */
    static OptionalLong of(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (pid == 0 || !Files.isReadable(status)) {
            return OptionalLong.empty();
        }
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(LINE)) {
                    String kilobytes =
                            line.substring(LINE.length()).replace("kB", "").strip();
                    return OptionalLong.of(Long.parseLong(kilobytes) * 1_024);
                }
            }
        } catch (IOException | NumberFormatException gone) {
            // it has ended meanwhile
        }
        return OptionalLong.empty();
    }
}

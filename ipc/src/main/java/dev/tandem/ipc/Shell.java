package dev.tandem.ipc;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts {@code /bin/sh} in front of a worker's command, which replaces itself by that command at once, because Java cannot
 * arrange descriptors between fork and exec:
 *
 * <ul>
 *   <li>{@code 4<&0 0</dev/null}: what the parent writes arrives on descriptor 4; standard input is empty for user code.
 *   <li>{@code 3>&1 1>&2}: what goes to descriptor 3 arrives at the parent; all that is printed goes to standard error.
 *       The JDK passes no descriptor above 2 on to processes that the worker starts.
 *   <li>{@code trap "" INT}: Ctrl-C in a terminal reaches the whole process group, but stopping is the parent's decision.
 *   <li>{@code ulimit -c 0}: a worker that crashes leaves its report, not a core file.
 * </ul>
 */
final class Shell {

    /** Where a wrapped worker reads what its parent writes. */
    static final int INPUT_DESCRIPTOR = 4;

    /** Where a worker that was wrapped {@linkplain #withPrivatePipes with private pipes} writes to its parent. */
    static final int OUTPUT_DESCRIPTOR = 3;

    private static final String SH = "/bin/sh";
    private static final boolean AVAILABLE = new File(SH).canExecute() && descriptorDirectoryExists();
    private static final String REST = "; trap \"\" INT; ulimit -c 0 2>/dev/null; exec \"$@\"";

    private Shell() {}

    static boolean isAvailable() {
        return AVAILABLE;
    }

    static void withPrivatePipes(ProcessBuilder worker) {
        wrap(worker, "exec 4<&0 0</dev/null 3>&1 1>&2" + REST);
    }

    static void withPrivateInput(ProcessBuilder worker) {
        wrap(worker, "exec 4<&0 0</dev/null" + REST);
    }

    private static void wrap(ProcessBuilder worker, String script) {
        List<String> command = new ArrayList<>(List.of(SH, "-c", script, "sh"));
        command.addAll(worker.command());
        worker.command(command);
    }

    private static boolean descriptorDirectoryExists() {
        return new File(DescriptorFile.LINUX).isDirectory() || new File(DescriptorFile.ELSEWHERE).isDirectory();
    }
}

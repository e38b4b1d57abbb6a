package dev.tandem.internal.processes;

import java.util.List;

/**
 * Ends processes by force, with all that they started.
 *
 * <p>Descendants are looked up and killed first: once their parent is dead nobody can tell whose they were. Signals go
 * through {@link ProcessHandle}, because {@code Process.destroy} closes the child's standard input and waits for whoever is
 * blocked writing to it.
 */
final class Termination {

    private Termination() {}

    static void killTree(ProcessHandle process) {
        List<ProcessHandle> descendants = process.descendants().toList();
        descendants.forEach(Termination::kill);
        kill(process);
    }

    /** Kills one process, which may be a JVM. */
    static void kill(ProcessHandle process) {
        process.destroyForcibly();
        removeFilesOf(process.pid()); // it is not reaped yet, so the pid is still its own
    }

    /** Removes what a JVM may have left outside its directory that is dead, or that was sent the signal which it cannot handle. */
    static void removeFilesOf(long pid) {
        PerformanceFile.remove(pid);
        AttachFile.removeOfDead(pid);
    }
}

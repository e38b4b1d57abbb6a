package dev.tandem.internal.processes;

import java.util.ArrayList;
import java.util.List;

/**
 * Flags by which a worker JVM takes less memory, starts sooner and wakes less while it has nothing to do. None changes what a program can see.
 *
 * <p><b>Memory.</b> A JVM maps the archive of the JDK's classes to another address each time, as a hindrance for attackers, and has to
 * write to all of its pages for that: some 6 MB that each worker has for itself. At its own address most of it is shared by all JVMs. Who
 * runs code that is not trusted keeps the hindrance.
 *
 * <p><b>Rest.</b> Some threads of a JVM look for work several times a second. What they look for is seldom in a hurry, and least of all in a
 * worker at rest.
 *
 * <p>An unknown flag keeps a JVM from starting, and the option that lets it ignore those would hide the typing errors of users. So each is
 * for the versions that are known to have it, and only this JVM's own version is known for sure. Most are for diagnosis, which has to be unlocked.
 */
final class LeanFlags {

    /** The newest that is known to have all that is said here. */
    private static final int LAST_KNOWN_JAVA = 25;

    private static final int LAST_JAVA_THAT_SAMPLES = 21;
    private static final int FIRST_JAVA_THAT_TRIMS = 25;

    private LeanFlags() {}

    /**
     * The flags for workers of the same JDK as this JVM.
     *
     * @param java its version
     * @param isLinux whether the system is one
     * @param isHardened whether tasks are not trusted
     */
    static List<String> of(int java, boolean isLinux, boolean isHardened) {
        if (java > LAST_KNOWN_JAVA) {
            return List.of();
        }
        List<String> flags = new ArrayList<>();
        flags.add("-XX:+UnlockDiagnosticVMOptions");
        if (!isHardened) {
            flags.add("-XX:ArchiveRelocationMode=0");
        }
        flags.add("-XX:AsyncDeflationInterval=2000"); // of locks that nobody holds any more: else four times a second
        if (java <= LAST_JAVA_THAT_SAMPLES) {
            flags.add("-XX:PerfDataSamplingInterval=10000"); // for jstat: else twenty times a second
            flags.add("-XX:GuaranteedSafepointInterval=0"); // a stop for nothing each second; newer ones do without
        }
        if (java >= FIRST_JAVA_THAT_TRIMS) {
            flags.add("-XX:ServiceThreadCleanupInterval=10000"); // of tables: else each second
        }
        if (java >= FIRST_JAVA_THAT_TRIMS && isLinux) {
            flags.add("-XX:TrimNativeHeapInterval=5000"); // to compile one method of the JDK takes 8 MB, which malloc
            // keeps
            flags.add("-Xlog:trimnative=off"); // with some C libraries it cannot be done, and the JVM would say so
        }
        return flags;
    }
}

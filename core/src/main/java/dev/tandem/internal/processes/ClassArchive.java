package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class archive that the workers of one runner start with, if there is one; if not, sees to it that the next runner has one.
 *
 * <p><b>The problem.</b> A worker loads some 130 classes of the library and as many of the JDK before its first task, and parses and
 * verifies each of them. A JVM can map them from a file instead, where that was prepared (a dynamic archive of class data sharing).
 *
 * <p><b>What is archived.</b> The library and what it needs of the JDK, nothing of the user's: so one small archive serves all programs of this
 * user that use this version of the library on this JDK, is made once and not for each class path, and to make it runs no code of the user's. A
 * JVM accepts an archive only if the class path that it was made with comes first, and that may hold no directories. So the classes of the
 * library are copied to a jar of their own, in front of the class path that a worker has anyway; there they can hide nothing, since
 * that jar holds nothing else, no manifest either.
 *
 * <p><b>Which is the right one.</b> Its name follows from the checksums of the classes, and from the JDK's files, their sizes and times
 * ({@link #name}); and the JVM checks for itself that it is the one that has made the archive, and that the jar has not changed. If anything
 * is not as it was, a worker starts without, and says nothing.
 *
 * <p><b>When it is made.</b> By a JVM of its own, some seconds after a runner has found none: no task waits for it, and what lives
 * shorter needs none.
 *
 * <p>Thread-safe.
 */
final class ClassArchive {

    private static final Logger log = LoggerFactory.getLogger(ClassArchive.class);

    private static final String FORMAT = "1"; // to be changed with whatever makes old archives useless

    /** Where the user has said something about archives, or replaces classes that are in one, we say nothing. */
    private static final List<String> OF_THE_USER = List.of(
            "-Xshare",
            "-XX:SharedArchiveFile",
            "-XX:ArchiveClassesAtExit",
            "-XX:+AutoCreateSharedArchive",
            "-XX:AOT",
            "-Xbootclasspath",
            "--patch-module",
            "--upgrade-module-path",
            "--limit-modules");

    private static final int FIRST_JAVA_WITH_AOT_LOG = 25;

    /** Made, or tried, by this JVM: once is enough. */
    private static final Set<String> TRIED = ConcurrentHashMap.newKeySet();

    private final ProcessOptions options;
    private final WorkerJava java;
    private final ArchiveDirectory directory;
    private final Consumer<Runnable> later;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicBoolean distrusted = new AtomicBoolean();
    private final ArchiveTraining training = new ArchiveTraining();

    // --- written by whoever comes first
    private volatile @Nullable String name; // empty if it cannot be told

    /**
     * Looks for nothing yet.
     *
     * @param later runs what it is given some time later, on a thread that may block; or never
     */
    ClassArchive(ProcessOptions options, ArchiveDirectory directory, Consumer<Runnable> later) {
        this.options = options;
        this.java = new WorkerJava(options);
        this.directory = directory;
        this.later = later;
    }

    /**
     * What a worker is started with.
     *
     * @param jar what comes first on its class path
     * @param archive what holds the classes of that jar
     * @param flags what makes a JVM use it, if it can
     */
    record Use(Path jar, Path archive, List<String> flags) {}

    /**
     * Looks for the archive of these workers, and has it made later if there is none; never waits for that.
     *
     * @param library the jars that hold the library
     */
    Optional<Use> find(List<Path> library) {
        if (distrusted.get() || whyNot(library) != null) {
            return Optional.empty();
        }
        try {
            Optional<String> known = nameOnce(library);
            Optional<ArchiveDirectory.Pair> pair = known.flatMap(directory::find);
            if (pair.isEmpty()) {
                known.ifPresent(missing -> makeLater(missing, library));
                return Optional.empty();
            }
            return Optional.of(use(pair.get()));
        } catch (RuntimeException e) {
            log.debug("workers start without a class archive", e);
            return Optional.empty();
        }
    }

    /** Why these workers have none, whatever is there; null if they may have one. */
    @Nullable
    String whyNot(List<Path> library) {
        if (!options.classArchive()) {
            return "option classArchive(false)";
        }
        if (!options.classPath().isEmpty()) {
            return "the option classPath says what comes first";
        }
        for (String flag : options.jvmArgs()) {
            if (OF_THE_USER.stream().anyMatch(flag::startsWith)) {
                return "the option jvmArgs has " + flag;
            }
        }
        if (library.isEmpty() || !library.stream().allMatch(Files::isRegularFile)) {
            return "the library is not in jars";
        }
        if (!Files.isRegularFile(baseArchive()) || version().isEmpty()) {
            return "this JDK has no archive of its own classes: " + baseArchive();
        }
        return directory.whyNot();
    }

    /** What there is, for people. */
    String state(List<Path> library) {
        String reason = whyNot(library);
        if (reason != null) {
            return "none: " + reason;
        }
        return find(library)
                .map(use -> use.archive().getFileName().toString())
                .orElse("none yet: it is made when a runner has been open for some seconds");
    }

    /** Where it is, or would be. */
    ArchiveDirectory directory() {
        return directory;
    }

    /** A worker that had the archive did not start: the archive may be why, so it is not used again, and is removed. */
    void distrust(Use used) {
        if (distrusted.compareAndSet(false, true)) {
            log.debug("a worker with the class archive {} did not start: it is removed", used.archive());
            directory.remove(used.archive());
        }
    }

    /** Stops what is being made. */
    void close() {
        training.close();
    }

    private Use use(ArchiveDirectory.Pair pair) {
        return new Use(
                pair.jar(),
                pair.archive(),
                // without a word if it does not fit: what a JVM says of that goes to its output, which is the tasks'
                List.of("-XX:SharedArchiveFile=" + pair.archive(), "-Xshare:auto", quiet()));
    }

    private String quiet() {
        return version().orElse(0) >= FIRST_JAVA_WITH_AOT_LOG ? "-Xlog:cds*=off,aot*=off" : "-Xlog:cds*=off";
    }

    private void makeLater(String missing, List<Path> library) {
        if (asked.compareAndSet(false, true)) {
            later.accept(() -> {
                if (TRIED.add(directory + "/" + missing)) {
                    make(missing, library);
                }
            });
        }
    }

    /** Makes it now; takes about a second. */
    void make(String missing, List<Path> library) {
        try {
            directory.store(missing, draft -> LibraryJar.write(library, draft), (jar, draft) -> {
                training.run(options, jar, draft);
            });
            log.debug("workers start from a class archive from now on: {} in {}", missing, directory);
        } catch (IOException | RuntimeException e) {
            log.debug("no class archive could be made in {}", directory, e);
        }
    }

    private Optional<String> nameOnce(List<Path> library) {
        String known = name;
        if (known == null) {
            known = name(library).orElse("");
            name = known;
        }
        return known.isEmpty() ? Optional.empty() : Optional.of(known);
    }

    /** The name that belongs to these classes on this JDK. */
    Optional<String> name(List<Path> library) {
        try {
            Path home = java.home().toRealPath();
            String jdk = stamp(home.resolve("lib").resolve("modules")) + stamp(baseArchive());
            return Optional.of(LibraryJar.fingerprint(FORMAT + " " + home + " " + jdk, library));
        } catch (IOException e) {
            log.debug("workers start without a class archive", e);
            return Optional.empty();
        }
    }

    private static String stamp(Path file) throws IOException {
        return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis() + " ";
    }

    private OptionalInt version() {
        return java.isThatOfThisJvm() ? OptionalInt.of(Runtime.version().feature()) : java.version();
    }

    private Path baseArchive() {
        return java.home().resolve("lib").resolve("server").resolve("classes.jsa");
    }
}

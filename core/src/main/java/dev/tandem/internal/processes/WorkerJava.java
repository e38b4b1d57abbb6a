package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Java that runs the workers: that of {@code javaHome}, or of this JVM; never one from {@code PATH}.
 *
 * <p>What cannot run a worker is refused before any process is started. Immutable; asks the file system each time.
 */
final class WorkerJava {

    private static final int LEAST_VERSION = 17;
    private static final Pattern RELEASE = Pattern.compile("JAVA_VERSION=\"(?:1\\.)?(\\d+).*");
    private static final String CURES =
            "; name a JDK with ProcessOptions.javaHome(...), whose bin/java is there, or use threads()";

    private final Optional<Path> chosen;
    private final Function<String, @Nullable String> properties;

    WorkerJava(ProcessOptions options) {
        this(options.javaHome(), System::getProperty);
    }

    /**
     * With the properties of some JVM.
     *
     * @param chosen the option {@code javaHome}
     */
    WorkerJava(Optional<Path> chosen, Function<String, @Nullable String> properties) {
        this.chosen = chosen;
        this.properties = properties;
    }

    /** The {@code java} to start; whether it exists is another question. */
    Path executable() {
        return home().resolve("bin").resolve(isWindows() ? "java.exe" : "java").toAbsolutePath();
    }

    /** Where it is installed. */
    Path home() {
        return chosen.orElseGet(() -> Path.of(property("java.home")));
    }

    /** Whether there is nothing that could be started. */
    boolean isMissing() {
        Path executable = executable();
        return !Files.isRegularFile(executable) || !Files.isExecutable(executable); // directories are executable too
    }

    /** Whether workers run on the very files that this JVM runs on. */
    boolean isThatOfThisJvm() {
        if (chosen.isEmpty()) {
            return true;
        }
        try {
            return !property("java.home").isEmpty() && Files.isSameFile(chosen.get(), Path.of(property("java.home")));
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    /** The feature version that its {@code release} file tells; empty if there is no such file. */
    OptionalInt version() {
        Path release = home().resolve("release");
        try {
            List<String> lines = Files.isRegularFile(release) ? Files.readAllLines(release) : List.of();
            return lines.stream()
                    .map(RELEASE::matcher)
                    .filter(Matcher::matches)
                    .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** Refuses what cannot run a worker. */
    void check() throws UnstartableException {
        if (chosen.isEmpty() && "runtime".equals(properties.apply("org.graalvm.nativeimage.imagecode"))) {
            throw new UnstartableException(
                    "this program is a native image, and its code cannot run on a JVM; name a JDK with"
                            + " ProcessOptions.javaHome(...) and the jars of the tasks and of the library with classPath(...), or use"
                            + " threads()");
        }
        if (chosen.isEmpty() && property("java.home").isEmpty()) {
            throw new UnstartableException("this JVM does not say where its java is (java.home is not set)" + CURES);
        }
        if (isMissing()) {
            throw new UnstartableException("there is no " + executable()
                    + (chosen.isEmpty()
                            ? ", as in a run-time image that was made with jlink --strip-native-commands; make it without that"
                                    + " option, or"
                                    + CURES.substring(1)
                            : CURES));
        }
        OptionalInt version = version();
        if (version.isPresent() && version.getAsInt() < LEAST_VERSION) {
            throw new UnstartableException("workers need Java " + LEAST_VERSION + " or newer, and " + home()
                    + " is Java " + version.getAsInt() + "; name another one with ProcessOptions.javaHome(...)");
        }
    }

    private boolean isWindows() {
        return property("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    private String property(String name) {
        String value = properties.apply(name);
        return value == null ? "" : value;
    }
}

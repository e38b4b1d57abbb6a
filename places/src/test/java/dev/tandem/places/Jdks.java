package dev.tandem.places;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JDKs of this machine, looked for where {@code .ci/run} looks. */
final class Jdks {

    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)[^\"]*\"$");

    private Jdks() {}

    /** The home of a JDK of that feature version, or of a later one. */
    static Optional<Path> atLeast(int feature) throws IOException {
        return find(found -> found >= feature);
    }

    /** The home of a JDK of that feature version. */
    static Optional<Path> exactly(int feature) throws IOException {
        return find(found -> found == feature);
    }

    private static Optional<Path> find(IntPredicate isWanted) throws IOException {
        String user = System.getProperty("user.home");
        List<Path> homes = new ArrayList<>();
        for (String parent : List.of(
                "/usr/lib/jvm",
                "/usr/java",
                "/opt",
                "/opt/java",
                "/Library/Java/JavaVirtualMachines",
                user + "/.sdkman/candidates/java",
                user + "/.jdks")) {
            if (Files.isDirectory(Path.of(parent))) {
                try (Stream<Path> all = Files.list(Path.of(parent))) {
                    all.sorted().forEach(home -> {
                        homes.add(home);
                        homes.add(home.resolve("Contents/Home"));
                    });
                }
            }
        }
        for (Path home : homes) {
            if (isWanted.test(feature(home))) {
                return Optional.of(home.toRealPath());
            }
        }
        return Optional.empty();
    }

    /** The feature version of a JDK. */
    static String version(Path home) throws IOException {
        return Integer.toString(feature(home));
    }

    /** 0 if it is no JDK. */
    private static int feature(Path home) throws IOException {
        if (!Files.isExecutable(home.resolve("bin/javac")) || !Files.isReadable(home.resolve("release"))) {
            return 0;
        }
        Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
        return version.find() ? Integer.parseInt(version.group(1)) : 0;
    }
}

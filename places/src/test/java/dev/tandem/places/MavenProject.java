package dev.tandem.places;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A user's Maven project that depends on the library.
 *
 * <p>The Maven that runs this build runs it, with the user's settings, and with a local repository that shares all but our group with
 * the user's: what is missing is downloaded as ever and kept for the next time, and nothing of ours is installed.
 */
final class MavenProject {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String GROUP_DIRECTORY = "dev";

    /** In no temporary directory: whoever deletes those may follow links. */
    private static final Path REPOSITORY =
            Path.of("target", "shared-repository").toAbsolutePath();

    private final Path directory;

    /** Writes a project with the shop as its main code, and with a pom of the samples. */
    MavenProject(Path directory, String pom) throws IOException {
        this.directory = directory;
        Path shop = Sample.sources("shop");
        Sample.copy(shop, directory.resolve("src/main/java"), file -> file.endsWith(".java"));
        Sample.copy(shop, directory.resolve("src/main/resources"), file -> !file.endsWith(".java"));
        String text = Files.readString(Sample.sources("maven").resolve(pom))
                .replace("@tandem.version@", version(Library.jars().get(0)))
                .replace("@junit.version@", version(Library.jarOf(Test.class)));
        Files.writeString(directory.resolve("pom.xml"), text);
        shareRepository();
        install("tandem-parent", ROOT.resolve("pom.xml"), null);
        for (Path jar : Library.jars().subList(0, 2)) {
            String artifact = jar.getFileName().toString().replaceFirst("-\\d.*", "");
            install(artifact, ROOT.resolve(artifact.replace("tandem-", "")).resolve("pom.xml"), jar);
        }
    }

    /** Adds a unit test that asks a worker. */
    MavenProject withTest() {
        Sample.copy(Sample.sources("test"), directory.resolve("src/test/java"), file -> true);
        return this;
    }

    /** Makes it a module, which names its service in {@code module-info} and nowhere else. */
    MavenProject withModule() throws IOException {
        Files.delete(directory.resolve("src/main/resources/META-INF/services/shop.Discount"));
        Sample.copy(Sample.sources("module"), directory.resolve("src/main/java"), file -> true);
        return this;
    }

    /** Runs Maven on it. */
    Ended run(Place place, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("tandem.places.maven"), "bin", "mvn").toString(),
                "-B",
                "-q",
                "-Dmaven.repo.local=" + REPOSITORY));
        Path settings = Path.of(System.getProperty("tandem.places.settings").replaceFirst("^file=", ""));
        if (Files.isRegularFile(settings)) {
            command.addAll(List.of("-s", settings.toString()));
        }
        if (System.getProperty("tandem.places.offline").equals("offline=true")) {
            command.add("-o");
        }
        command.addAll(List.of(arguments));
        return place.environment("JAVA_HOME", System.getProperty("java.home"))
                .environment(
                        "MAVEN_OPTS", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 " + place.temporaryFilesFlag())
                .run(command);
    }

    private static void shareRepository() throws IOException {
        Path users = Path.of(System.getProperty("tandem.places.repository"));
        Path ours = Files.createDirectories(REPOSITORY.resolve(GROUP_DIRECTORY));
        link(users, REPOSITORY, GROUP_DIRECTORY);
        if (Files.isDirectory(users.resolve(GROUP_DIRECTORY))) {
            link(users.resolve(GROUP_DIRECTORY), ours, "tandem");
        }
    }

    private static void link(Path from, Path to, String except) throws IOException {
        try (Stream<Path> all = Files.list(from)) {
            for (Path one : all.filter(Files::isDirectory).toList()) {
                Path link = to.resolve(one.getFileName());
                if (!one.getFileName().toString().equals(except) && !Files.exists(link)) {
                    Files.createSymbolicLink(link, one);
                }
            }
        }
    }

    private static void install(String artifact, Path pom, @Nullable Path jar) throws IOException {
        String version = version(Library.jars().get(0));
        Path target = Files.createDirectories(REPOSITORY
                .resolve(GROUP_DIRECTORY)
                .resolve("tandem")
                .resolve(artifact)
                .resolve(version));
        Files.copy(pom, target.resolve(artifact + "-" + version + ".pom"), StandardCopyOption.REPLACE_EXISTING);
        if (jar != null) {
            Files.copy(jar, target.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String version(Path jar) {
        Matcher name =
                Pattern.compile(".*?-(\\d.*)\\.jar").matcher(jar.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException("no version in " + jar);
        }
        return name.group(1);
    }
}

package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that brings its own Java: an image of just the modules that it needs. */
final class JlinkTest {

    @TempDir
    private Path directory;

    private Path image() throws Exception {
        Path jar = directory.resolve("shop.jar");
        try (JarWriter writer = new JarWriter(jar, Map.of())) {
            writer.addTree("", Sample.shopModule());
        }
        List<Path> modulePath = new ArrayList<>(List.of(jar));
        modulePath.addAll(Library.jars());
        Path image = directory.resolve("image");
        Place linking = new Place("jlink", Files.createDirectory(directory.resolve("linking")));
        Ended linked = linking.run(List.of(
                Place.tool("jlink"),
                "-J-XX:TieredStopAtLevel=1",
                "--module-path",
                Library.path(modulePath),
                "--add-modules",
                "shop",
                "--output",
                image.toString()));
        assertThat(linked.exitCode()).as(linked.story()).isZero();
        return image;
    }

    @Test
    void runsInAnImage() throws Exception {
        new Place("jlink image", directory)
                .javaOf(image(), "-m", "shop/shop.Program")
                .isRight();
    }

    /** An image without commands is started by a launcher of another name, as jpackage writes one. */
    @Test
    void saysWhatToDoInAnImageWithoutJavaAndRunsWithAnotherJava() throws Exception {
        Path image = image();
        Path launcher = Files.move(image.resolve("bin/java"), image.resolve("bin/shop"));
        Place place = new Place("jlink image without bin/java, with javaHome", directory);
        List<String> command = List.of(launcher.toString(), place.temporaryFilesFlag(), "-m", "shop/shop.Program");
        Ended failed = place.run(command);
        assertThat(failed.exitCode()).as(failed.story()).isNotZero();
        assertThat(failed.output()).as(failed.story()).contains("WorkerStartException", "javaHome(");

        List<String> cured = new ArrayList<>(command);
        cured.add(System.getProperty("java.home"));
        place.run(cured).isRight();
    }
}

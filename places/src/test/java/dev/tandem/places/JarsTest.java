package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program on the class path, and one in a jar that holds everything. */
final class JarsTest {

    @TempDir
    private Path directory;

    @Test
    void runsFromAClassPath() throws Exception {
        List<Path> classPath = new ArrayList<>(List.of(Sample.shop(directory.resolve("classes"))));
        classPath.addAll(Library.jars());
        Ended.Receipt receipt = new Place("java -cp", directory)
                .java("-cp", Library.path(classPath), "shop.Program")
                .isRight();
        assertThat(receipt.arrival().way()).isEqualTo(Arrival.CLASS_PATH);
    }

    @Test
    void runsFromAShadedJar() throws Exception {
        Path jar = directory.resolve("shop.jar");
        try (JarWriter writer = new JarWriter(jar, Map.of("Main-Class", "shop.Program"))) {
            writer.addTree("", Sample.shop(directory.resolve("classes")));
            for (Path library : Library.jars()) {
                writer.addContent(library);
            }
        }
        Ended.Receipt receipt =
                new Place("shaded jar", directory).java("-jar", jar.toString()).isRight();
        assertThat(receipt.arrival().way()).isEqualTo(Arrival.CLASS_PATH);
    }
}

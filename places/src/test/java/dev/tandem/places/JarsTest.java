package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program on the class path, and one in a jar that holds everything. */
final class JarsTest {

    @TempDir
    private Path directory;

    @Test
    void runsFromAClassPath() throws Exception {
        List<Path> classPath = new ArrayList<>(List.of(Sample.shop()));
        classPath.addAll(Library.jars());
        Ended.Receipt receipt = new Place("java -cp", directory)
                .java("-cp", Library.path(classPath), "shop.Program")
                .isRight();
        assertThat(receipt.arrival().way()).isEqualTo(Arrival.CLASS_PATH);
    }

    @Test
    void runsFromAShadedJar() throws Exception {
        runsFromOneJar("shaded jar", null);
    }

    @Test
    void runsFromAShadedJarThatHasRenamedTheLibrary() throws Exception {
        runsFromOneJar("shaded jar, library renamed", new Relocation());
    }

    private void runsFromOneJar(String place, @Nullable Relocation relocation) throws Exception {
        Path jar = directory.resolve("shop.jar");
        try (JarWriter writer = new JarWriter(jar, Map.of("Main-Class", "shop.Program"), relocation)) {
            writer.addTree("", Sample.shop());
            for (Path library : Library.jars()) {
                writer.addContent(library);
            }
        }
        Ended.Receipt receipt =
                new Place(place, directory).java("-jar", jar.toString()).isRight();
        assertThat(receipt.arrival().way()).isEqualTo(Arrival.CLASS_PATH);
    }
}

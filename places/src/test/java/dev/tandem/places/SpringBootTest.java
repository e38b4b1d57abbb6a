package dev.tandem.places;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.loader.launch.JarLauncher;

/** A jar as Spring Boot builds it: jars in a jar, which only its own loader can read. */
final class SpringBootTest {

    @TempDir
    private Path directory;

    @Test
    void runsFromNestedJars() throws Exception {
        Path jar = directory.resolve("shop.jar");
        Map<String, String> attributes = Map.of(
                "Main-Class", JarLauncher.class.getName(),
                "Start-Class", "shop.Program",
                "Spring-Boot-Classes", "BOOT-INF/classes/",
                "Spring-Boot-Lib", "BOOT-INF/lib/");
        try (JarWriter writer = new JarWriter(jar, attributes)) {
            writer.addContent(Library.jarOf(JarLauncher.class))
                    .addTree("BOOT-INF/classes/", Sample.shop())
                    .addStored("BOOT-INF/lib/", Library.jars());
        }
        new Place("Spring Boot jar", directory).java("-jar", jar.toString()).isRight();
    }
}

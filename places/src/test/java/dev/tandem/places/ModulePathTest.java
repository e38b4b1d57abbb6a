package dev.tandem.places;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is a named module. */
final class ModulePathTest {

    @TempDir
    private Path directory;

    @Test
    void runsAsAModuleThatOpensNothing() throws Exception {
        Path jar = directory.resolve("shop.jar");
        try (JarWriter writer = new JarWriter(jar, Map.of())) {
            writer.addTree("", Sample.shopModule());
        }
        List<Path> modulePath = new ArrayList<>(List.of(jar));
        modulePath.addAll(Library.jars());
        new Place("module path", directory)
                .java("-p", Library.path(modulePath), "-m", "shop/shop.Program")
                .isRight();
    }
}

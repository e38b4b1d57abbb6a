package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageModulesTest {

    private static final ModuleReference LOGGING =
            ModuleFinder.ofSystem().find("java.logging").orElseThrow();

    private static ModuleReference module(ModuleDescriptor.Builder descriptor, String location) {
        return new ModuleReference(descriptor.build(), URI.create(location)) {
            @Override
            public ModuleReader open() throws IOException {
                throw new IOException("no such module");
            }
        };
    }

    @Test
    void resolvesOnlyWhatAJvmWouldNotResolveByItself() {
        ModuleReference hidden = module(ModuleDescriptor.newModule("b.app").packages(Set.of("b")), "jrt:/b.app");
        ModuleReference friendly =
                module(ModuleDescriptor.newModule("a.app").exports("a", Set.of("b.app")), "jrt:/a.app");
        ModuleReference open = module(ModuleDescriptor.newModule("c.lib").exports("c"), "jrt:/c.lib");
        ModuleReference inFile = module(ModuleDescriptor.newModule("d.app"), "file:///d.jar");
        ModuleReference incubator =
                module(ModuleDescriptor.newModule("jdk.incubator.x").exports("x"), "jrt:/jdk.incubator.x");
        List<ModuleReference> all = List.of(hidden, friendly, open, inFile, incubator, LOGGING);
        assertThat(ImageModules.toResolve(all)).containsExactly("a.app", "b.app", "jdk.incubator.x");
        assertThat(ImageModules.among(all)).containsExactly(hidden, friendly, open);
    }

    @Test
    void writesAModuleIntoAJar(@TempDir Path directory) throws IOException {
        Path jar = ImageModules.writeJar(LOGGING, directory);
        assertThat(jar).hasFileName("java.logging.jar");
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            byte[] written = zip.getInputStream(zip.getEntry("java/util/logging/Logger.class"))
                    .readAllBytes();
            try (InputStream original = ClassLoader.getSystemResourceAsStream("java/util/logging/Logger.class")) {
                assertThat(written).isEqualTo(original.readAllBytes());
            }
        }
    }
}

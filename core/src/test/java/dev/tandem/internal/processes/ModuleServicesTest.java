package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModuleServicesTest {

    private static final String SERVICE = "java.lang.Runnable";

    private final ModuleServices services =
            new ModuleServices(module -> getClass().getClassLoader());

    @TempDir
    Path home;

    /** A provider as a class path can have it. */
    public static final class Plain implements Runnable {
        @Override
        public void run() {}
    }

    /** One that was told of in both ways. */
    public static final class Told implements Runnable {
        @Override
        public void run() {}
    }

    /** One that only a module can have. */
    public static final class Made {
        public static Runnable provider() {
            return () -> {};
        }
    }

    /** One that nobody outside can make. */
    public static final class Hidden implements Runnable {
        Hidden() {}

        @Override
        public void run() {}
    }

    private static ModuleReference module(String servicesFile, Class<?>... providers) {
        List<String> names = Stream.of(providers).map(Class::getName).toList();
        ModuleDescriptor descriptor = ModuleDescriptor.newModule("some.module")
                .packages(Set.of(ModuleServicesTest.class.getPackageName()))
                .provides(SERVICE, names)
                .build();
        return new ModuleReference(descriptor, URI.create("file:///some.jar")) {
            @Override
            public ModuleReader open() {
                return new OneFile(servicesFile);
            }
        };
    }

    private record OneFile(String content) implements ModuleReader {
        @Override
        public Optional<URI> find(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<InputStream> open(String name) throws IOException {
            return name.equals("META-INF/services/" + SERVICE) && !content.isEmpty()
                    ? Optional.of(new ByteArrayInputStream(content.getBytes()))
                    : Optional.empty();
        }

        @Override
        public Stream<String> list() {
            return Stream.empty();
        }

        @Override
        public void close() {}
    }

    @Test
    void findsWhatOnlyTheModuleTells() {
        assertThat(services.missing(List.of(
                        module("# a comment\n" + Told.class.getName() + " # another\n", Plain.class, Told.class),
                        module("", Made.class, Hidden.class))))
                .isEqualTo(Map.of(SERVICE, Set.of(Plain.class.getName())));
    }

    @Test
    void findsNothingWhereAFileTellsAll() {
        assertThat(services.missing(List.of(module(Plain.class.getName(), Plain.class))))
                .isEmpty();
    }

    @Test
    void writesFilesThatAServiceLoaderReads() throws IOException {
        ModuleServices.write(Map.of(SERVICE, Set.of("a.A", "b.B")), home);
        assertThat(Files.readAllLines(home.resolve("META-INF/services/" + SERVICE)))
                .containsExactlyInAnyOrder("a.A", "b.B");
    }
}

package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in a class loader of its own, inside another program that knows nothing of it. */
final class LoaderTest {

    @TempDir
    private Path directory;

    private Path host() throws Exception {
        Path classes = directory.resolve("host");
        Sample.compile(List.of(), Sample.javaFiles(Sample.sources("host")), classes);
        return classes;
    }

    private Path shopJar() throws Exception {
        Path jar = directory.resolve("shop.jar");
        try (JarWriter writer = new JarWriter(jar, Map.of())) {
            writer.addTree("", Sample.shop());
        }
        return jar;
    }

    private String hostWithTheLibrary() throws Exception {
        List<Path> classPath = new ArrayList<>(List.of(host()));
        classPath.addAll(Library.jars());
        return Library.path(classPath);
    }

    @Test
    void runsAsAPlugIn() throws Exception {
        new Place("URLClassLoader plug-in", directory)
                .java(
                        "-cp",
                        hostWithTheLibrary(),
                        "host.Host",
                        "plug-in",
                        shopJar().toString())
                .isRight();
    }

    @Test
    void runsFromClassesThatWereCompiledInMemory() throws Exception {
        Ended.Receipt receipt = new Place("compiled in memory", directory)
                .java(
                        "-cp",
                        hostWithTheLibrary(),
                        "host.Host",
                        "memory",
                        Sample.sources("shop").toString())
                .isRight();
        assertThat(receipt.arrival().way()).isEqualTo(Arrival.WIRE);
    }

    @Test
    void runsInAChildFirstLoaderThatHoldsTheLibraryToo() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "-cp", host().toString(), "host.Host", "child-first", shopJar().toString()));
        Library.jars().forEach(jar -> arguments.add(jar.toString()));
        new Place("child-first loader, library inside", directory)
                .java(arguments.toArray(String[]::new))
                .isRight();
    }
}

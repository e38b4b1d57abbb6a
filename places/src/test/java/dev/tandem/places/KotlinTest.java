package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A caller in Kotlin: the recipe, as it is printed in the documentation. */
final class KotlinTest {

    private static final Path RECIPES = Path.of("..", "docs", "RECIPES.md");
    private static final Pattern BLOCK = Pattern.compile("^```kotlin\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern PRINTED = Pattern.compile("println\\(.*// (.*)$", Pattern.MULTILINE);

    @TempDir
    private Path directory;

    @Test
    void runsTheRecipeWithLambdasDataClassesAndReferences() throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(RECIPES));
        assertThat(block.find()).isTrue();
        String program = block.group(1);
        Path source = Files.writeString(directory.resolve("Orders.kt"), program);
        List<Path> classPath = new ArrayList<>(Library.jars());
        classPath.add(Library.annotations());
        classPath.add(standardLibrary());
        Path classes = directory.resolve("classes");
        Ended compiled = new Place("Kotlin's compiler", Files.createDirectory(directory.resolve("compiler")))
                .java(
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-cp",
                        Library.path(compiler()),
                        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
                        "-no-stdlib",
                        "-no-reflect",
                        "-jvm-target",
                        "17",
                        "-cp",
                        Library.path(classPath),
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(compiled.exitCode()).as(compiled.story()).isZero();

        classPath.add(0, classes);
        Ended ended = new Place("Kotlin", Files.createDirectory(directory.resolve("program")))
                .java("-cp", Library.path(classPath), "OrdersKt");
        assertThat(ended.exitCode()).as(ended.story()).isZero();
        List<String> printed =
                PRINTED.matcher(program).results().map(line -> line.group(1)).toList();
        assertThat(printed).hasSizeGreaterThan(4);
        assertThat(ended.output().lines()).as(ended.story()).containsAll(printed);
    }

    /** What the build has put on the class path of these tests. */
    private static List<Path> compiler() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("jetbrains"))
                .map(Path::of)
                .toList();
    }

    private static Path standardLibrary() {
        return compiler().stream()
                .filter(jar -> jar.getFileName().toString().startsWith("kotlin-stdlib-"))
                .findFirst()
                .orElseThrow();
    }
}

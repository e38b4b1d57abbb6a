package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tandem.internal.processes.ClassPathEntry.Source;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassPathDraftTest {

    private final ClassPathDraft draft = new ClassPathDraft();

    @TempDir
    Path home;

    private Path jar(String name) {
        return Jars.with(home.resolve(name), Map.of("a.txt", new byte[0]));
    }

    private List<String> present() {
        return draft.entries().stream()
                .filter(ClassPathEntry::isPresent)
                .map(entry -> home.relativize(Path.of(entry.place())).toString())
                .toList();
    }

    @Test
    void followsAManifestWhereAJvmWould() throws IOException {
        jar("lib/one.jar");
        jar("lib/two words.jar");
        jar("lib/zw\u00f6lf.jar");
        Path directory = Files.createDirectory(home.resolve("classes"));
        Path absolute = jar("elsewhere/abs.jar");
        Path inner = Jars.manifestOnly(home.resolve("lib/inner.jar"), "one.jar two%20words.jar ../lib/inner.jar");
        Path booter = Jars.manifestOnly(
                home.resolve("booter.jar"),
                "lib/inner.jar zw%C3%B6lf.jar lib/zw\u00f6lf.jar classes/ " + absolute.toUri()
                        + " http://host/x.jar broken:url gone.jar");
        draft.addAll(booter + File.pathSeparator + jar("last.jar"), Source.CLASS_PATH);
        assertThat(present())
                .containsExactly(
                        "booter.jar",
                        "lib/inner.jar",
                        "lib/one.jar",
                        "lib/two words.jar",
                        "lib/zw\u00f6lf.jar",
                        "classes",
                        "elsewhere/abs.jar",
                        "last.jar");
        assertThat(draft.entries()).contains(new ClassPathEntry(inner.toString(), Source.MANIFEST, true));
        assertThat(draft.entries()).contains(new ClassPathEntry(directory.toString(), Source.MANIFEST, true));
        assertThat(draft.entries())
                .filteredOn(entry -> !entry.isPresent())
                .extracting(ClassPathEntry::place)
                .containsExactly(
                        home.resolve("zw\u00f6lf.jar").toString(),
                        home.resolve("gone.jar").toString());
    }

    @Test
    void readsAManifestOfAnyLength() {
        String many = IntStream.range(0, 3_000)
                .mapToObj(i -> "a-directory-with-a-long-name/" + i + ".jar")
                .collect(Collectors.joining(" "));
        draft.add(Jars.manifestOnly(home.resolve("long.jar"), many), Source.CLASS_PATH);
        assertThat(draft.entries()).hasSize(3_001);
    }

    @Test
    void followsAChainOfAnyLengthToItsEndAndARingOnce() {
        int length = 4_000;
        for (int i = 0; i < length; i++) {
            Jars.manifestOnly(home.resolve(i + ".jar"), (i + 1) % length + ".jar");
        }
        draft.add(home.resolve("0.jar"), Source.LOADER);
        assertThat(present())
                .isEqualTo(IntStream.range(0, length).mapToObj(i -> i + ".jar").toList());
        assertThat(draft.entries()).extracting(ClassPathEntry::source).startsWith(Source.LOADER, Source.MANIFEST);
    }

    @Test
    void leavesOutWhatNoClassPathCanName() {
        Path jar = Jars.manifestOnly(home.resolve("a" + File.pathSeparator + "b.jar"), "c.jar");
        Path named = jar("c.jar");
        draft.add(jar, Source.LOADER);
        assertThat(draft.entries())
                .extracting(ClassPathEntry::place, ClassPathEntry::isUsable)
                .containsExactly(tuple(jar.toString(), false), tuple(named.toString(), true));
        assertThat(draft.entries().get(0).obstacle())
                .isEqualTo("left out: its path has a \":\", which separates the entries of a class path");
    }

    @Test
    void expandsAWildcardToItsJarsInOrder() throws IOException {
        jar("lib/b.jar");
        jar("lib/a.jar");
        jar("lib/c.JAR");
        Files.createFile(home.resolve("lib/readme.txt"));
        draft.addElement(home.resolve("lib") + "/*", Source.OPTION);
        draft.addElement(home.resolve("none") + "/*", Source.OPTION);
        assertThat(present()).containsExactly("lib/a.jar", "lib/b.jar", "lib/c.JAR");
        assertThat(draft.entries())
                .last()
                .isEqualTo(new ClassPathEntry(home.resolve("none") + "/*", Source.OPTION, false));
    }

    @Test
    void takesAnEmptyElementForTheWorkingDirectory() {
        draft.addAll("/none.jar" + File.pathSeparator, Source.CLASS_PATH);
        assertThat(draft.entries())
                .containsExactly(
                        new ClassPathEntry("/none.jar", Source.CLASS_PATH, false),
                        new ClassPathEntry(Path.of("").toAbsolutePath().toString(), Source.CLASS_PATH, true));
    }

    @Test
    void remembersWhatCanBeNoPath() {
        draft.addAll("a\0b", Source.CLASS_PATH);
        assertThat(draft.entries()).containsExactly(new ClassPathEntry("a\0b", Source.CLASS_PATH, false));
    }

    @Test
    void keepsTheFirstReasonForAFile() {
        Path jar = jar("a.jar");
        draft.add(jar, Source.CLASS_PATH);
        draft.add(jar, Source.LIBRARY);
        assertThat(draft.entries()).containsExactly(new ClassPathEntry(jar.toString(), Source.CLASS_PATH, true));
    }

    @Test
    void leavesAloneWhatIsNoJar() throws IOException {
        Path text = Files.writeString(home.resolve("a.jar"), "Class-Path: b.jar");
        draft.add(text, Source.CLASS_PATH);
        assertThat(present()).containsExactly("a.jar");
    }
}

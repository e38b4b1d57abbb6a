package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose files lie where files seldom lie. */
final class SurroundingsTest {

    @TempDir
    private Path directory;

    private List<Path> classPathIn(String name) throws Exception {
        Path odd = Files.createDirectory(directory.resolve(name));
        Sample.copy(Sample.shop(), odd.resolve("classes"), file -> true);
        List<Path> classPath = new ArrayList<>(List.of(odd.resolve("classes")));
        for (Path jar : Library.jars()) {
            classPath.add(Files.copy(jar, odd.resolve(jar.getFileName())));
        }
        return classPath;
    }

    @Test
    void runsFromPathsThatMustBeQuoted() throws Exception {
        new Place("paths with spaces, quotes, #, % and $", directory)
                .java("-cp", Library.path(classPathIn("a b#c%41 'd' \"e\" $HOME @f +")), "shop.Program")
                .isRight();
    }

    /** This JVM may be unable to name the directory, so a shell does. */
    @Test
    void runsFromPathsBeyondAscii() throws Exception {
        Path plain = directory.resolve("plain");
        classPathIn("plain");
        Place place = new Place("paths in Greek and Chinese", directory).environment("LC_ALL", "C.UTF-8");
        String script = "odd=\"$1/$(printf '\\316\\261 \\344\\270\\255')\"; mv \"$2\" \"$odd\" && cd / && shift 2"
                + " && exec \"$@\" -cp \"$odd/classes:$odd/*\" shop.Program";
        place.run(List.of(
                        "sh",
                        "-c",
                        script,
                        "sh",
                        directory.toString(),
                        plain.toString(),
                        Place.tool("java"),
                        place.temporaryFilesFlag()))
                .isRight();
    }

    @Test
    void runsWithoutALocale() throws Exception {
        new Place("LANG=C", directory)
                .environment("LC_ALL", "C")
                .environment("LANG", "C")
                .java("-cp", Library.path(classPathIn("a b")), "shop.Program")
                .isRight();
    }

    @Test
    void runsWithAClassPathThatFitsOnNoCommandLine() throws Exception {
        List<Path> classPath = new ArrayList<>(classPathIn("a b"));
        for (int i = 0; i < 700; i++) {
            classPath.add(Files.createDirectories(directory.resolve("many").resolve("x".repeat(150) + i)));
        }
        String all = Library.path(classPath);
        assertThat(all.length()).isGreaterThan(100_000);
        Path argumentFile = directory.resolve("arguments");
        Files.writeString(argumentFile, "-cp\n\"" + all.replace(File.separator, "/") + "\"\n");
        new Place("class path of " + all.length() / 1000 + " kB", directory)
                .java("@" + argumentFile, "shop.Program")
                .isRight();
    }
}

package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ArgumentFileTest {

    /** The main class of a JVM that shows what has arrived. */
    static final class Shown {
        public static void main(String[] args) throws Exception {
            Files.writeString(
                    Path.of(System.getProperty("answer")),
                    System.getProperty("java.class.path") + "\n" + System.getProperty("odd"));
        }
    }

    @TempDir
    Path home;

    @Test
    @Timeout(30)
    void carriesLongClassPathsAndOddNames() throws Exception {
        List<String> names = List.of(
                "two words",
                "zw\u00f6lf \u65e5\u672c",
                "don't",
                "say \"hi\"",
                "#1",
                "back\\",
                "a\ttab",
                "$HOME %PATH% @x",
                "*a");
        List<String> classPath = new ArrayList<>();
        for (String name : names) {
            classPath.add(Files.createDirectory(home.resolve(name)).toString());
        }
        for (int i = 0; i < 600; i++) {
            classPath.add(home.resolve("x".repeat(180) + i).toString());
        }
        classPath.add(FileUrl.toPath(ArgumentFileTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation())
                .toString());
        String path = String.join(File.pathSeparator, classPath);
        String odd = " '\"\\ #\n\r\u00e9\\";
        Path answer = home.resolve("answer");
        Path file = home.resolve("arguments");
        ArgumentFile.write(file, List.of("-Dfile.encoding=UTF-8", "-Danswer=" + answer, "-Dodd=" + odd, "-cp", path));
        Process java = new ProcessBuilder(
                        new WorkerJava(dev.tandem.ProcessOptions.defaults())
                                .executable()
                                .toString(),
                        "@" + file,
                        Shown.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output").toFile())
                .start();
        assertThat(java.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(home.resolve("output"))).isEmpty();
        assertThat(Files.readString(answer, StandardCharsets.UTF_8)).isEqualTo(path + "\n" + odd);
        assertThat(path.length()).isGreaterThan(100_000);
    }

    @Test
    void refusesWhatTheEncodingOfNamesCannotExpress() {
        // every encoding has its limits, and half of a surrogate pair is beyond all
        assertThatThrownBy(() -> ArgumentFile.write(home.resolve("a"), List.of("-cp", "/fine.jar:/bad\ud800.jar")))
                .isInstanceOf(UnstartableException.class)
                .hasMessageContaining("cannot be written in ")
                .hasMessageContaining("/bad")
                .hasMessageNotContaining("fine.jar")
                .hasMessageEndingWith("; start this JVM under a locale with UTF-8, such as LC_ALL=C.UTF-8");
        assertThatThrownBy(() -> ArgumentFile.write(home.resolve("a"), List.of("-Dsecret=\ud800x")))
                .hasMessageContaining("-Dsecret;")
                .hasMessageNotContaining("secret=");
    }
}

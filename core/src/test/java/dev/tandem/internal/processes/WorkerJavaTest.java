package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerJavaTest {

    @TempDir
    Path home;

    private static WorkerJava of(Map<String, String> properties) {
        return new WorkerJava(Optional.empty(), properties::get);
    }

    private Path withJava() throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.createFile(home.resolve("bin/java")).toFile().setExecutable(true);
        return home;
    }

    @Test
    void takesTheJavaOfThisJvm() {
        WorkerJava java = new WorkerJava(Optional.empty(), System::getProperty);
        assertThat(java.executable()).isEqualTo(Path.of(System.getProperty("java.home"), "bin", "java"));
        assertThat(java.isThatOfThisJvm()).isTrue();
        assertThat(java.version()).hasValue(Runtime.version().feature());
        assertThatCode(java::check).doesNotThrowAnyException();
    }

    @Test
    void refusesANativeImage() throws IOException {
        assertThatThrownBy(of(Map.of("org.graalvm.nativeimage.imagecode", "runtime"))::check)
                .isInstanceOf(UnstartableException.class)
                .hasMessage("this program is a native image, and its code cannot run on a JVM; name a JDK with"
                        + " ProcessOptions.javaHome(...) and the jars of the tasks and of the library with classPath(...),"
                        + " or use threads()");
        Map<String, String> image = Map.of("org.graalvm.nativeimage.imagecode", "runtime");
        assertThatCode(new WorkerJava(Optional.of(withJava()), image::get)::check)
                .as("a JDK was named")
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAJvmThatDoesNotSayWhereItIs() {
        assertThatThrownBy(of(Map.of())::check)
                .isInstanceOf(UnstartableException.class)
                .hasMessage("this JVM does not say where its java is (java.home is not set); name a JDK with"
                        + " ProcessOptions.javaHome(...), whose bin/java is there, or use threads()");
    }

    @Test
    void refusesAnImageWithoutItsCommands() {
        assertThatThrownBy(of(Map.of("java.home", home.toString()))::check)
                .isInstanceOf(UnstartableException.class)
                .hasMessage("there is no " + home + "/bin/java, as in a run-time image that was made with jlink"
                        + " --strip-native-commands; make it without that option, or name a JDK with"
                        + " ProcessOptions.javaHome(...), whose bin/java is there, or use threads()");
    }

    @Test
    void takesADirectoryForNoJava() throws IOException {
        Files.createDirectories(home.resolve("bin/java"));
        assertThat(of(Map.of("java.home", home.toString())).isMissing()).isTrue();
    }

    @Test
    void refusesAnOldJdk() throws IOException {
        Files.writeString(withJava().resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"1.8.0_402\"\n");
        assertThatThrownBy(new WorkerJava(Optional.of(home), System::getProperty)::check)
                .isInstanceOf(UnstartableException.class)
                .hasMessage("workers need Java 17 or newer, and " + home + " is Java 8; name another one with"
                        + " ProcessOptions.javaHome(...)");
    }

    @Test
    void knowsItsOwnImageBehindALink() throws IOException {
        Path link = Files.createSymbolicLink(home.resolve("link"), Path.of(System.getProperty("java.home")));
        assertThat(new WorkerJava(Optional.of(link), System::getProperty).isThatOfThisJvm())
                .isTrue();
        assertThat(new WorkerJava(Optional.of(withJava()), System::getProperty).isThatOfThisJvm())
                .isFalse();
        Files.delete(link);
    }
}

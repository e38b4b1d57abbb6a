package dev.tandem.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A little of the soak; CONTRIBUTING says how to run more. */
final class SoakTest {

    private static final String LENGTH = "PT25S";

    /** In a JVM of its own, since it looks at all that its JVM holds. */
    @Test
    @Timeout(180)
    void findsNothingInHalfAMinute(@TempDir Path directory) throws Exception {
        Path output = directory.resolve("output");
        Process soak = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Soak.class.getName(),
                        LENGTH)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(soak.waitFor(150, TimeUnit.SECONDS)).isTrue();
            assertThat(soak.exitValue()).as("%s", Files.readString(output)).isZero();
        } finally {
            soak.descendants().forEach(ProcessHandle::destroyForcibly);
            soak.toHandle().destroyForcibly();
        }
    }
}

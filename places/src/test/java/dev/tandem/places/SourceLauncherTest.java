package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is a source file. */
final class SourceLauncherTest {

    @TempDir
    private Path directory;

    @Test
    void runsFromASourceFile() throws Exception {
        Ended.Receipt receipt = new Place("java Shop.java", directory)
                .java(
                        "-cp",
                        Library.path(Library.jars()),
                        Sample.sources("launcher").resolve("Shop.java").toString())
                .isRight();
        assertThat(receipt.arrival().way()).isEqualTo(Arrival.WIRE);
    }
}

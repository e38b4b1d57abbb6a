package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script that is typed into the real {@code jshell}. */
final class JShellTest {

    @TempDir
    private Path directory;

    @Test
    void runsInTheJvmThatJShellStarts() throws Exception {
        Place place = new Place("JShell", directory);
        redefines(place, "-R" + place.temporaryFilesFlag());
    }

    @Test
    void runsInTheJvmOfJShellItself() throws Exception {
        Place place = new Place("JShell, local execution", directory);
        // the JShell of 17 puts its --class-path on that of a JVM that it starts only, so local execution wants it
        // twice
        String classPath = "-J--class-path=" + Library.path(Library.jars());
        redefines(place, "-J" + place.temporaryFilesFlag(), "--execution", "local", classPath);
    }

    private static void redefines(Place place, String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(Place.tool("jshell"), "-s"));
        command.addAll(List.of("--class-path", Library.path(Library.jars())));
        command.addAll(List.of(flags));
        command.add("-");
        Ended ended = place.input(Files.readString(Sample.sources("jshell").resolve("shop.jsh")))
                .run(command);
        Ended.Receipt receipt = ended.isRight();
        assertThat(receipt.arrival().way()).isEqualTo(Arrival.WIRE);
        assertThat(ended.output())
                .as(ended.story())
                .contains("a new method: 80", "a new class: 70", "a lambda: 70", "data: [100]");
    }
}

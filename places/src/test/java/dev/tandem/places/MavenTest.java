package dev.tandem.places;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that Maven runs, in its own JVM or in Surefire's. */
final class MavenTest {

    @TempDir
    private Path directory;

    @Test
    void runsUnderExecJava() throws Exception {
        MavenProject project = new MavenProject(directory, "exec.xml");
        project.run(new Place("mvn exec:java", directory), "compile", "exec:java")
                .isRight();
    }

    @Test
    void runsInATestOfAClassPathProject() throws Exception {
        MavenProject project = new MavenProject(directory, "surefire.xml").withTest();
        Place place = new Place("Surefire, manifest-only jar", directory);
        project.run(place, "test", "-DargLine=" + place.temporaryFilesFlag()).isRight();
    }

    @Test
    void runsInATestOfAModule() throws Exception {
        MavenProject project =
                new MavenProject(directory, "surefire.xml").withTest().withModule();
        Place place = new Place("Surefire, module path", directory);
        project.run(place, "test", "-DargLine=" + place.temporaryFilesFlag()).isRight();
    }
}

package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that has no java for its workers. */
final class NoJavaTest {

    @TempDir
    private Path directory;

    private Ended runAsNativeImage(String... arguments) throws Exception {
        List<Path> classPath = new ArrayList<>(List.of(Sample.shop()));
        classPath.addAll(Library.jars());
        List<String> all = new ArrayList<>(
                List.of("-Dorg.graalvm.nativeimage.imagecode=runtime", "-cp", Library.path(classPath), "shop.Program"));
        all.addAll(List.of(arguments));
        return new Place("native image", directory).java(all.toArray(String[]::new));
    }

    /** GraalVM's property is all that tells one; a real image has neither a java nor classes to give to workers. */
    @Test
    void saysWhatToDoInANativeImage() throws Exception {
        Ended ended = runAsNativeImage();
        assertThat(ended.exitCode()).as(ended.story()).isNotZero();
        assertThat(ended.output())
                .as(ended.story())
                .contains("WorkerStartException", "native image", "javaHome(", "classPath(");
    }
}

package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose workers run on another JDK than it does itself. */
final class OtherJdkTest {

    private static final int OLDEST = 17;
    private static final int NEWER = 21;

    @TempDir
    private Path directory;

    @Test
    void runsItsWorkersOnANewerJdk() throws Exception {
        mixes(Jdks.exactly(OLDEST), Jdks.atLeast(NEWER));
    }

    @Test
    void runsItsWorkersOnAnOlderJdk() throws Exception {
        mixes(Jdks.atLeast(NEWER), Jdks.exactly(OLDEST));
    }

    private void mixes(Optional<Path> parent, Optional<Path> worker) throws Exception {
        assumeTrue(parent.isPresent(), "no JDK here for the program");
        assumeTrue(worker.isPresent(), "no JDK here for the workers");
        List<Path> classPath = new ArrayList<>(List.of(Sample.shop()));
        classPath.addAll(Library.jars());
        String parentVersion = Jdks.version(parent.get());
        String workerVersion = Jdks.version(worker.get());
        Ended.Receipt receipt = new Place("JDK " + parentVersion + " with workers on " + workerVersion, directory)
                .javaOf(
                        parent.get(),
                        "-cp",
                        Library.path(classPath),
                        "shop.Program",
                        worker.get().toString())
                .isRight();
        assertThat(receipt.jdk()).startsWith(workerVersion);
    }
}

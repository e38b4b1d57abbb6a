package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.testing.HardLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(HardLimit.class)
final class LeanFlagsTest {

    private static final String OWN_ADDRESS = "-XX:ArchiveRelocationMode=0";

    /** Where all JVMs map the archive of the JDK's classes, unless told otherwise. */
    private static final String PREFERRED = "80000";

    @Test
    void areThoseThatAVersionIsKnownToHave() {
        assertThat(LeanFlags.of(17, true, false)).contains(OWN_ADDRESS, "-XX:GuaranteedSafepointInterval=0");
        assertThat(LeanFlags.of(25, true, false))
                .contains(OWN_ADDRESS, "-XX:TrimNativeHeapInterval=5000")
                .noneMatch(flag -> flag.contains("PerfData"));
        assertThat(LeanFlags.of(25, false, false)).noneMatch(flag -> flag.contains("Trim"));
        assertThat(LeanFlags.of(26, true, false)).isEmpty();
        assertThat(LeanFlags.of(25, true, true)).doesNotContain(OWN_ADDRESS).isNotEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void haveWorkersShareTheClassesOfTheJdkUnlessTheUserSaysOtherwise() {
        List<String> addresses = addresses(o -> o);
        assumeThat(addresses).as("this JDK has an archive").isNotEmpty();
        assertThat(addresses).anyMatch(address -> address.startsWith(PREFERRED));
        assertThat(addresses(o -> o.jvmArgs("-XX:ArchiveRelocationMode=1")))
                .isNotEmpty()
                .noneMatch(address -> address.startsWith(PREFERRED));
    }

    private static List<String> addresses(UnaryOperator<ProcessOptions> options) {
        try (ParallelRunner runner = ParallelRunner.processes(o -> options.apply(o.workers(1)))) {
            return List.of(runner.submit(LeanFlagsTest::addressesHere).join());
        }
    }

    private static String[] addressesHere() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.endsWith("/classes.jsa")).toArray(String[]::new);
        }
    }
}

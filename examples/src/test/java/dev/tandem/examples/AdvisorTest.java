package dev.tandem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.recommend.CostModel;
import dev.tandem.recommend.Machine;
import dev.tandem.recommend.Recommender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What the advisor says of its twenty kinds of work, on a machine that is always the same, is kept as files, to be read when it changes.
 * A text that differs from its file fails; with {@code -Dtandem.golden.write=true} it is also written, so that the next run passes.
 */
final class AdvisorTest {

    private static final Path DIRECTORY = Path.of("src/test/resources/dev/tandem/examples");
    private static final Machine MACHINE = Machine.of(8, 32L << 30, 21)
            .withCosts(new CostModel(
                    Duration.ofNanos(57_000),
                    1_000_000_000,
                    Duration.ofMillis(152),
                    32L << 20,
                    Duration.ofNanos(750),
                    Duration.ofNanos(440_000)));

    @TestFactory
    Stream<DynamicTest> advisesAsItDid() {
        return Advisor.TWENTY.entrySet().stream()
                .map(work -> DynamicTest.dynamicTest(work.getKey(), () -> {
                    String name = work.getKey().replaceAll("\\W+", "-") + ".txt";
                    check(
                            DIRECTORY.resolve(name),
                            Recommender.recommend(work.getValue(), MACHINE).explain());
                }));
    }

    @Test
    void advisesOnTwentyKindsOfWork() {
        assertThat(Advisor.TWENTY).hasSize(20);
    }

    private static void check(Path file, String text) throws IOException {
        String kept = Files.exists(file) ? Files.readString(file) : "";
        if (!kept.equals(text) && Boolean.getBoolean("tandem.golden.write")) {
            Files.createDirectories(DIRECTORY);
            Files.writeString(file, text);
        }
        assertThat(text)
                .as("%s differs; run with -Dtandem.golden.write=true to write it, then read the difference", file)
                .isEqualTo(kept);
    }
}

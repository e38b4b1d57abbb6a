package dev.tandem.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** Each benchmark runs once, so that none can rot; what they measure here means nothing. */
@Timeout(90)
class RunBenchmarksTest {

    @TempDir
    private Path directory;

    @Test
    void runsEveryBenchmarkAndFindsWhatItIsComparedWith() throws Exception {
        Collection<RunResult> results = once("-f", "0", "-p", "chunkSize=0,1000");

        assertThat(results.stream()
                        .map(result -> result.getParams().getBenchmark().split("\\.")[3])
                        .distinct())
                .containsExactlyInAnyOrder(
                        "CodecCost",
                        "ColdStart",
                        "LogDisabled",
                        "MapSmallItems",
                        "Recording",
                        "SubmitAndJoin",
                        "TransportPingPong");
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
        assertThat(directory.resolve("result.json")).isNotEmptyFile();
        assertThat(RatioTable.of(results).toMarkdown().lines())
                .hasSize(results.size() + 3)
                .anyMatch(compares("SubmitAndJoin.processes transport=UNIX", "TransportPingPong.roundTrip"))
                .anyMatch(compares("MapSmallItems.processes chunkSize=1000", "MapSmallItems.parallelStream"))
                .anyMatch(compares("LogDisabled.trace", "LogDisabled.fieldRead"))
                .anyMatch(compares("CodecCost.decode payload=RECORD", "CodecCost.decodePlainly"));
    }

    @Test
    void startsWorkersFromInsideAForkOfTheHarness() throws Exception {
        Collection<RunResult> results =
                once("-f", "1", "-p", "transport=PIPES", "SubmitAndJoin.processes", "roundTrip");

        assertThat(results).hasSize(2);
    }

    @Test
    void profilesTheHotPathsOnBothSides() throws Exception {
        String profiles = HotPaths.profiles(Duration.ofMillis(400));

        assertThat(profiles).containsSubsequence("### submit + join", "The parent", "The worker", "### 256 in flight");
        assertThat(profiles.lines().filter(line -> line.matches("- `tandem-.*`, [0-9]+ samples: .*%.*")))
                .as(profiles)
                .hasSizeGreaterThanOrEqualTo(3);
    }

    private Collection<RunResult> once(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("-bm", "ss", "-wi", "0", "-i", "1", "-foe", "true", "-v", "SILENT"));
        all.addAll(List.of("-rff", directory.resolve("result.json").toString()));
        all.addAll(List.of(arguments));
        return RunBenchmarks.run(new CommandLineOptions(all.toArray(String[]::new)));
    }

    private static Predicate<String> compares(String benchmark, String reference) {
        return Pattern.compile("\\| " + benchmark + " \\| .* \\| " + reference + " \\| [*.0-9]+ \\|")
                .asMatchPredicate();
    }
}

package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RulebookTest {

    @Test
    void isOnThePageAboutTheRules() throws IOException {
        String page = Files.readString(Path.of("../docs/ADVICE.md"));

        assertThat(page)
                .as(
                        "docs/ADVICE.md shows the rules as they are; this is what belongs there:\n%s",
                        Rulebook.toMarkdown())
                .contains(Rulebook.toMarkdown().strip());
    }

    @Test
    void isOnThePageWithWhatItAssumes() throws IOException {
        CostModel costs = CostModel.defaults();

        assertThat(Files.readString(Path.of("../docs/ADVICE.md")))
                .contains(
                        "| crossing | " + Figures.time(costs.crossing()) + " |",
                        "| bytes | " + costs.bytesPerSecond() / 1_000_000_000 + " GB/s |",
                        "| start of a worker | " + Figures.time(costs.workerStart()) + " |",
                        "| memory of an idle worker | " + Figures.bytes(costs.workerBytes()) + " |",
                        "| hand-over to a thread | " + Figures.time(costs.handOver()) + " |",
                        "| start of threads | " + Figures.time(costs.threadsStart()) + " |");
    }

    @Test
    void namesEachRuleOnceAndSaysWhoSaysSo() {
        List<Rule> rules =
                Rulebook.stages().values().stream().flatMap(List::stream).toList();

        assertThat(rules)
                .extracting(Rule::name)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[A-Z]+-[A-Z]+"));
        assertThat(rules).extracting(Rule::source).noneMatch(String::isBlank);
        assertThat(rules).extracting(Rule::says).allMatch(says -> says.endsWith(".") || says.endsWith(".)"));
    }
}

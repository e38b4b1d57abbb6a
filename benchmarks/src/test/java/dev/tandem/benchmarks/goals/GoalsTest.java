package dev.tandem.benchmarks.goals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Each row runs once, so that none can rot; what they measure here means nothing. */
@Timeout(90)
class GoalsTest {

    @TestFactory
    Stream<DynamicTest> runsEveryRowOnce() {
        return Goals.matching("").stream().map(row -> DynamicTest.dynamicTest(row.name, () -> runsOnce(row)));
    }

    private static void runsOnce(Row row) throws Exception {
        RowReport report = RowRun.of(row, Effort.ONCE);

        assertThat(report.lines())
                .hasSize(row.entries.size() - report.absent().size())
                .allSatisfy(line -> assertThat(line.values().median()).isNotNaN());
        assertThat(row.goals)
                .allSatisfy(goal -> assertThat(row.entries).containsKey(goal.contender()))
                .allSatisfy(goal -> assertThat(row.entries)
                        .containsKey(goal.reference() == null ? goal.contender() : goal.reference()));
    }

    @Test
    void runsARowInAJvmOfItsOwn() throws Exception {
        RowReport report = RowProcess.run(Goals.named("threads-map"), Effort.ONCE);

        assertThat(report.failure()).isEmpty();
        assertThat(new GoalTable(List.of(report)).toMarkdown()).contains("| threads-map | tandem threads |");
        assertThat(GoalJson.text("here", List.of(report))).contains("\"contender\": \"tandem threads\"");
    }
}

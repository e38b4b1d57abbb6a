package dev.tandem.benchmarks.goals;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row runs once, so that none can rot; what they measure here means nothing. */
@Timeout(90)
class GoalsTest {

    private static List<Row> rows() {
        return Goals.matching("");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void runsEveryRowOnce(Row row) throws Exception {
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

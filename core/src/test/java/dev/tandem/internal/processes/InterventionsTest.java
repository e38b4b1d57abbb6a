package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterventionsTest {

    private final Interventions interventions = new Interventions();

    @Test
    void tellsWhatWasDoneInOrder() {
        interventions.interrupted();
        interventions.askedToEnd();
        interventions.notDumped("the process is stopped and cannot answer");
        interventions.killed("first reason");
        interventions.killed("second reason");
        assertThat(interventions.notes())
                .containsExactly(
                        "interrupt of a task",
                        "told to end, by a message",
                        "no thread dump: the process is stopped and cannot answer",
                        "SIGKILL: first reason");
        assertThat(interventions.isKilled()).isTrue();
        assertThat(interventions.threadDump()).isNull();
    }

    @Test
    void keepsTheLastOfMany() {
        for (int i = 1; i < 1_000; i++) {
            interventions.interrupted();
        }
        interventions.killed("enough");
        assertThat(interventions.notes())
                .hasSize(9)
                .startsWith("992 earlier ones", "interrupt of a task")
                .endsWith("SIGKILL: enough");
    }
}

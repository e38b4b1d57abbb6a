package dev.tandem.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ContextCarrier;
import dev.tandem.testing.LogLines;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ComplaintsTest {

    /** Throws whenever it is called. */
    private static final class Unwilling implements ContextCarrier {

        private final boolean restores;

        Unwilling(boolean restores) {
            this.restores = restores;
        }

        @Override
        public String name() {
            return "unwilling";
        }

        @Override
        public Object capture() {
            return 7;
        }

        @Override
        public String toText(Object captured) {
            throw new IllegalStateException("no text");
        }

        @Override
        public Restored restore(Object captured) {
            if (!restores) {
                throw new IllegalStateException("no restore");
            }
            return failure -> {
                throw new IllegalStateException("no leave");
            };
        }
    }

    @Test
    void tellsEachKindOnceAndWhatItMeans() throws Exception {
        Complaints complaints = new Complaints();
        try (LogLines log = new LogLines()) {
            for (int i = 0; i < 5; i++) {
                for (boolean restores : List.of(true, false)) {
                    CarriedContext carried = CarriedContext.captured(
                            List.of(new CarriedContext.Item(new Unwilling(restores), 7, complaints)));
                    assertThat(carried.around(() -> "done")).isEqualTo("done");
                }
            }
            assertThat(log.with(
                            "WARN",
                            "Unwilling could not make a text of what it has captured; the task goes on without it"))
                    .hasSize(1);
            assertThat(log.with(
                            "WARN", "Unwilling could not restore what it has captured; the task goes on without it"))
                    .hasSize(1);
            assertThat(log.with("WARN", "Unwilling could not put the thread back; the task is over"))
                    .hasSize(1);
            assertThat(log.with("WARN")).hasSize(3);
        }
    }
}

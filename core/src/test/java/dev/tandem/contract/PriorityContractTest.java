package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskOptions;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.util.List;

/** B15. */
final class PriorityContractTest {

    @EveryRunner(needs = Need.ASYNC)
    void runsTheHighestFirstAndInsideOnePriorityTheOldest(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Marks ran = runners.marks();
        runner.submit(() -> {
            ran.make("0 first");
            gate.await();
        });
        ran.await("0 first");
        for (int priority : List.of(0, -5, 10, 0, 10, Integer.MAX_VALUE, -5, Integer.MIN_VALUE)) {
            String name = "priority " + priority;
            runner.with(TaskOptions.defaults().priority(priority))
                    .submit(() -> ran.make((char) ('a' + ran.all().size()) + " " + name));
        }
        gate.open();
        runner.close();
        assertThat(ran.all())
                .containsExactly(
                        "0 first",
                        "b priority 2147483647",
                        "c priority 10",
                        "d priority 10",
                        "e priority 0",
                        "f priority 0",
                        "g priority -5",
                        "h priority -5",
                        "i priority -2147483648");
    }

    @EveryRunner(needs = Need.ASYNC)
    void runsEqualsInTheOrderOfTheirSubmit(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Marks ran = runners.marks();
        runner.submit(() -> {
            ran.make("x");
            gate.await();
        });
        ran.await("x");
        for (char name = 'a'; name <= 'm'; name++) {
            char submitted = name;
            runner.submit(() -> ran.make((char) ('a' + ran.all().size() - 1) + "=" + submitted));
        }
        gate.open();
        runner.close();
        assertThat(ran.all().stream().filter(mark -> mark.contains("=")))
                .hasSize(13)
                .allSatisfy(mark -> assertThat(mark.charAt(0)).isEqualTo(mark.charAt(2)));
    }
}

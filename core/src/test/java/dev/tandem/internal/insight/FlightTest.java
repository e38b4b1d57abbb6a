package dev.tandem.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.recommend.Recommender;
import dev.tandem.recommend.Trait;
import dev.tandem.recommend.WorkloadProfile;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.Trace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(HardLimit.class)
final class FlightTest {

    private static final int FAR_MILLIS = 300; // longer than a busy machine makes a warm worker wait

    @TempDir
    private Path directory;

    @Test
    void tellsTheFlightRecorderWhatTasksAndWorkersDo() throws IOException {
        Path file = directory.resolve("flight.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            try (ParallelRunner runner =
                    ParallelRunner.threads(o -> o.name("flown").workers(1))) {
                for (int i = 0; i < 300; i++) { // more than are timed without it
                    runner.submit(() -> Thread.sleep(1)).join();
                }
                assertThat(catchThrowable(() -> runner.with(runner.options().named("bad"))
                                .submit(() -> Integer.parseInt("x"))
                                .join()))
                        .isNotNull();
                runner.with(runner.options().chunkSize(1))
                        .map(List.of(1, 2, 3), x -> {
                            Thread.sleep(20);
                            return x;
                        })
                        .join();
                assertThat(catchThrowable(() -> runner.with(runner.options()
                                        .named("again")
                                        .retry(RetryPolicy.retries(1).on(failure -> true)))
                                .submit(() -> Integer.parseInt("x"))
                                .join()))
                        .isNotNull();
                runner.resize(2);
            }
            try (ParallelRunner runner =
                    ParallelRunner.processes(o -> o.name("far").workers(1).recordEvents(100))) {
                runner.submit(() -> {}).join(); // a cold worker takes its time
                runner.submit(() -> Thread.sleep(FAR_MILLIS)).join();
                runner.writeTrace(directory.resolve("trace.json"));
            }
            Recommender.recommend(WorkloadProfile.of(Trait.MAY_CRASH));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> all = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.tandem."))
                .toList();
        Map<String, List<RecordedEvent>> events = all.stream()
                .filter(event -> event.hasField("runner"))
                .filter(event -> "flown".equals(event.getString("runner")))
                .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
        assertThat(events.get("dev.tandem.TaskSubmit")).hasSize(302);
        assertThat(events.get("dev.tandem.TaskQueueWait")).hasSize(306);
        assertThat(events.get("dev.tandem.TaskRun"))
                .filteredOn(event -> event.getLong("taskId") > 301 && event.getString("name") == null)
                .as("the inputs of a map; the third has waited for two")
                .hasSize(3)
                .anySatisfy(event ->
                        assertThat(event.getDuration("waited").toNanos()).isGreaterThan(20_000_000));
        assertThat(events.get("dev.tandem.TaskRun"))
                .filteredOn(event -> "again".equals(event.getString("name")))
                .extracting(event -> event.getString("outcome"))
                .containsExactlyInAnyOrder("TRIED_AGAIN", "FAILED");
        assertThat(events.get("dev.tandem.TaskRun"))
                .hasSize(306)
                .allSatisfy(event -> assertThat(event.getLong("pid"))
                        .isEqualTo(ProcessHandle.current().pid()))
                .filteredOn(event -> event.getLong("taskId") <= 300)
                .allSatisfy(event -> {
                    assertThat(event.getDuration("busy").toNanos()).isGreaterThan(900_000);
                    assertThat(event.getDuration().toNanos()).isGreaterThan(900_000);
                    assertThat(event.getString("outcome")).isEqualTo("SUCCEEDED");
                });
        assertThat(events.get("dev.tandem.TaskRun"))
                .filteredOn(event -> "bad".equals(event.getString("name")))
                .singleElement()
                .satisfies(event -> assertThat(event.getString("failure")).contains("NumberFormatException"));
        assertThat(all)
                .filteredOn(event -> event.getEventType().getName().equals("dev.tandem.Recommendation"))
                .singleElement()
                .satisfies(event -> assertThat(event.getString("strategy")).isEqualTo("PROCESSES"));
        assertThat(events.get("dev.tandem.Decision"))
                .singleElement()
                .satisfies(event -> assertThat(event.getString("what")).isEqualTo("resized to 2 workers"));
        assertThat(events.get("dev.tandem.WorkerStart")).hasSize(1);
        assertThat(events.get("dev.tandem.WorkerEnd")).hasSize(1);
        hasTheTimesOfTheTrace(all);
    }

    /** A worker JVM tells when it began and for how long it ran only when that is over. */
    private void hasTheTimesOfTheTrace(List<RecordedEvent> all) {
        Map<String, Object> slice = new Trace(directory.resolve("trace.json"))
                .slices("SUCCEEDED").stream()
                        .filter(one -> "task 2".equals(one.get("name")))
                        .findFirst()
                        .orElseThrow();
        long runNanos = Math.round(1_000 * (Double) slice.get("dur"));
        RecordedEvent run = ofFarTask(all, "dev.tandem.TaskRun");
        RecordedEvent wait = ofFarTask(all, "dev.tandem.TaskQueueWait");
        RecordedEvent submit = ofFarTask(all, "dev.tandem.TaskSubmit");
        assertThat(runNanos).isGreaterThan(FAR_MILLIS * 900_000L);
        assertThat(run.getDuration().toNanos()).isCloseTo(runNanos, within(runNanos / 100));
        assertThat(run.getDuration("busy").toNanos()).isCloseTo(runNanos, within(runNanos / 100));
        assertThat(wait.getDuration().toNanos())
                .isCloseTo(run.getDuration("waited").toNanos(), within(100_000L))
                .isLessThan(runNanos);
        assertThat(Duration.between(wait.getEndTime(), run.getStartTime()).abs())
                .isLessThan(Duration.ofMillis(1));
        assertThat(Duration.between(submit.getEndTime(), wait.getStartTime()).abs())
                .isLessThan(Duration.ofMillis(10));
    }

    private static RecordedEvent ofFarTask(List<RecordedEvent> all, String type) {
        return all.stream()
                .filter(event -> event.getEventType().getName().equals(type))
                .filter(event -> "far".equals(event.getString("runner")) && event.getLong("taskId") == 2)
                .findFirst()
                .orElseThrow();
    }
}

package dev.tandem.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Event.Departure;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Runs whose times are told, so that what is said of them is known. */
final class ReportTest {

    private static final long MS = 1_000_000;

    private final AtomicLong now = new AtomicLong(1);
    private final Recorder recorder = new Recorder("told", 1_000_000, now::get);
    private long nextId = 1;

    @Test
    void saysThatTheQueueWasEmpty() {
        workers(2);
        run(0, 0, 10 * MS, 20 * MS);
        run(1, 0, 10 * MS, 20 * MS);
        run(0, 70 * MS, 70 * MS, 100 * MS);
        run(1, 70 * MS, 70 * MS, 100 * MS);
        assertThat(verdicts()).singleElement().asString().startsWith("Workers idle 50 %: the queue was empty.");
    }

    @Test
    void doesNotSendToThreadsWhatRunsOnThreads() {
        recorder.workerStarted(0, Recorder.THIS_JVM, 1);
        Course task = submitted(0, 60 * MS);
        now.set(at(60 * MS));
        recorder.sent(task, 0, Recorder.THIS_JVM);
        started(task, 0, 60 * MS);
        now.set(at(100 * MS));
        recorder.left(task);
        recorder.ended(task, TaskStatus.SUCCEEDED, null);
        assertThat(verdicts())
                .anySatisfy(verdict -> assertThat(verdict).startsWith("60 % of the time is spent on handing tasks in"))
                .noneSatisfy(verdict -> assertThat(verdict).contains("on threads"));
    }

    /** A worker that is asked for, takes tasks, and begins with the first, each with a pause between. */
    @Test
    void blamesTheStartOfWorkersForWhatWaitsMeanwhile() {
        now.set(at(40 * MS));
        recorder.workerStarted(0, 4711, 1);
        run(0, 0, 60 * MS, 80 * MS);
        run(0, 0, 80 * MS, 100 * MS);
        assertThat(verdicts())
                .contains(
                        "Workers spent 60 % of their time, 60 ms, on starting: keep the runner open for more work, or use fewer workers.")
                .noneSatisfy(verdict -> assertThat(verdict).contains("although tasks waited"));
        assertThat(page()).contains("<b>40 %</b><span>workers busy").contains("busy <b>40 %</b>");
    }

    @Test
    void saysWhichTaskIsMostOfIt() {
        workers(1);
        run(0, 0, 0, 60 * MS);
        run(0, 0, 60 * MS, 100 * MS);
        assertThat(verdicts())
                .anySatisfy(verdict -> assertThat(verdict).startsWith("One task is 60 % of the makespan: task 1"));
    }

    @Test
    void saysThatTheTimeIsEncoding() {
        workers(1);
        Course task = submitted(0, 90 * MS);
        task.sent(at(90 * MS), 0, 4711);
        started(task, 0, 92 * MS);
        now.set(at(100 * MS));
        recorder.measured(task, at(92 * MS), new Course.There(MS, 6 * MS, MS));
        recorder.answered(task);
        recorder.ended(task, TaskStatus.SUCCEEDED, null);
        assertThat(verdicts())
                .anySatisfy(verdict -> assertThat(verdict).startsWith("94 % of the time is encoding and decoding"));
        assertThat(task.crossingNanos()).isEqualTo(94 * MS);
        assertThat(recorder.times().crossing().max().toMillis()).isEqualTo(94);
    }

    @Test
    void saysThatFewWorkersHadWorkInTheEnd() {
        workers(4);
        for (int slot = 0; slot < 4; slot++) {
            run(slot, 0, 0, slot == 3 ? 100 * MS : 60 * MS);
        }
        assertThat(verdicts()).anySatisfy(verdict -> assertThat(verdict).startsWith("In the last 40 % of the time"));
    }

    @Test
    void saysWhoDied() {
        workers(1);
        now.set(at(5 * MS));
        recorder.workerEnded(0, 4711, Departure.LOST, "pid 4711 <died>\nof something");
        assertThat(verdicts()).first().asString().startsWith("1 worker died unasked");
        assertThat(page()).contains("pid 4711 &lt;died&gt;\nof something");
    }

    /** What is true of the first alone is not said of all. */
    @Test
    void groupsFailuresByWhatTheyHaveInCommon() {
        workers(1);
        for (int i = 0; i < 3; i++) {
            failed("task " + (7 + i) + " (attempt 1) on pool-4-worker-" + i + " ran longer than its timeout of PT0.00"
                    + (5 + i) + "S");
        }
        failed("task 9 (attempt 1) on pool-4-worker-1 failed: no room for 7 of 9");
        failed("task 10 (attempt 1) on pool-4-worker-2 failed: no room for 8 of 9");
        assertThat(page())
                .contains("on pool-4-worker-… ran longer than its timeout of PT0.…S <b>× 3</b>")
                .contains("no room for … of 9 <b>× 2</b>");
    }

    @Test
    void doesNotAdviseOnAFewTasks() {
        workers(1);
        run(0, 0, 0, 10 * MS);
        run(0, 0, 60 * MS, 70 * MS);
        assertThat(verdicts()).noneSatisfy(verdict -> assertThat(verdict).contains("Make them larger"));
        assertThat(page()).contains("<b>2</b><span>tasks");
        for (int i = 2; i < 20; i++) {
            run(0, 0, 60 * i * MS, (60 * i + 10) * MS);
        }
        assertThat(verdicts())
                .anySatisfy(verdict -> assertThat(verdict).contains("too long for tasks of 10 ms. Make them larger"));
    }

    @Test
    void saysWhatItDoesNotKnow() {
        Recorder small = new Recorder("told", 3, now::get);
        small.workerStarted(0, 4711, 1);
        Course task = small.begin(1, TaskOptions.defaults());
        assertThat(task).isNotNull();
        small.submitted(task, 1);
        small.sent(task, 0, 4711);
        small.started(task, 0);
        small.ended(task, TaskStatus.SUCCEEDED, null);
        StringBuilder page = new StringBuilder();
        try {
            ReportPage.write(Story.of("told", "PROCESSES", small), page);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(page)
                .contains(
                        "<td>4711</td><td>unknown</td><td>unknown</td><td>lives</td>", "The oldest 1 event is not here")
                .contains("<b>1</b><span>task<");
    }

    @Test
    void staysSmallForManyTasks() {
        workers(16);
        for (int i = 0; i < 100_000; i++) {
            long begin = i / 16 * MS;
            run(i % 16, begin - begin / 2, begin, begin + MS - 1 - i % 7 * MS / 10);
        }
        assertThat(page().length()).isLessThan(1_000_000);
    }

    @Test
    void writesTimesAsPeopleReadThem() {
        assertThat(List.of(Html.time(0), Html.time(999), Html.time(1_500), Html.time(12_345_678), Html.time(999_600)))
                .containsExactly("0 ns", "999 ns", "1.50 µs", "12.3 ms", "1.00 ms");
        assertThat(Html.time(3_725_000_000_000L)).isEqualTo("62 min 5 s");
        assertThat(List.of(Html.bytes(1_023), Html.bytes(1_536), Html.bytes(5L << 30)))
                .containsExactly("1023 B", "1.50 KB", "5 GB");
    }

    private List<String> verdicts() {
        Story story = Story.of("told", "THREADS", recorder);
        return Verdicts.of(story, Load.of(story, 100), Shares.of(story));
    }

    private String page() {
        StringBuilder page = new StringBuilder();
        try {
            ReportPage.write(Story.of("told", "PROCESSES", recorder), page);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return page.toString();
    }

    private static long at(long sinceOpened) {
        return 1 + sinceOpened;
    }

    private void workers(int count) {
        for (int slot = 0; slot < count; slot++) {
            recorder.workerStarted(slot, 4711, 1);
        }
    }

    private Course submitted(long at, long encodeNanos) {
        now.set(at(at));
        Course task = recorder.begin(nextId++, TaskOptions.defaults());
        assertThat(task).isNotNull();
        now.set(at(at + encodeNanos));
        recorder.submitted(task, 10);
        return task;
    }

    private void started(Course task, int slot, long at) {
        now.set(at(at));
        recorder.started(task, 0);
    }

    private void failed(String why) {
        Course task = submitted(0, 0);
        recorder.sent(task, 0, 4711);
        started(task, 0, MS);
        recorder.left(task);
        recorder.ended(task, TaskStatus.FAILED, why);
    }

    private void run(int slot, long submittedAt, long from, long to) {
        Course task = submitted(submittedAt, 0);
        now.set(at(from));
        recorder.sent(task, slot, 4711);
        started(task, slot, from);
        now.set(at(to));
        recorder.left(task);
        recorder.ended(task, TaskStatus.SUCCEEDED, null);
    }
}

package dev.tandem.benchmarks;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Course;
import dev.tandem.internal.insight.Recorder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to be able to see what tasks do: nobody looking, and with all events recorded.
 *
 * <p>{@code nobodyLooks} is all that a task pays for it, one of 256 being timed, and is to be below three hundredths of a task
 * that does nothing. The other rows are whole tasks, submitted and joined, without and with recording.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class Recording {

    private static final int EVENTS = 100_000;
    private static final Task<Integer> NO_OP = () -> 1;

    /** A recorder that keeps no events, after the tasks that are all timed. */
    @State(Scope.Thread)
    public static class Off {
        private final Recorder recorder = new Recorder("off", 0, System::nanoTime);
        private long taskId = 10_000;
    }

    /** Threads that record. */
    public static class Threads extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.threads(o -> o.workers(1).recordEvents(EVENTS));
        }
    }

    /** A worker JVM that is recorded. */
    public static class Processes extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.processes(o -> o.workers(1).recordEvents(EVENTS));
        }
    }

    /** A worker JVM that is not. */
    public static class Unseen extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.processes(o -> o.workers(1));
        }
    }

    /** What a task asks and, one of 256, tells. */
    @Benchmark
    @ComparedWith("Recording.threads")
    public @Nullable Object nobodyLooks(Off state) {
        Recorder recorder = state.recorder;
        Course course = recorder.begin(state.taskId++, TaskOptions.defaults());
        if (course != null) {
            recorder.submitted(course, 0);
            recorder.sent(course, 0, 0);
            recorder.started(course, 0);
            recorder.left(course);
            recorder.ended(course, TaskStatus.SUCCEEDED, null);
        }
        return course;
    }

    /** A task on a thread. */
    @Benchmark
    public Integer threads(OneWorker.Threads state) {
        return state.runner.submit(NO_OP).join();
    }

    /** The same, recorded. */
    @Benchmark
    @ComparedWith("Recording.threads")
    public Integer threadsRecorded(Threads state) {
        return state.runner.submit(NO_OP).join();
    }

    /** A task in a worker JVM. */
    @Benchmark
    public Integer processes(Unseen state) {
        return state.runner.submit(NO_OP).join();
    }

    /** The same, recorded. */
    @Benchmark
    @ComparedWith("Recording.processes")
    public Integer processesRecorded(Processes state) {
        return state.runner.submit(NO_OP).join();
    }
}

package dev.tandem.benchmarks.goals;

import static dev.tandem.benchmarks.goals.Goal.atMost;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.benchmarks.TransportKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Four workers that have nothing to do. */
final class IdleRows {

    private static final int WORKERS = 4;
    private static final int REST_SECONDS = 2;
    private static final int LONG_REST_SECONDS = 6;

    /** Long enough for each worker to get one. */
    private static final Task<Long> PID = () -> {
        Thread.sleep(50);
        return ProcessHandle.current().pid();
    };

    private IdleRows() {}

    static List<Row> all() {
        return List.of(
                Row.of("idle-memory", "PSS of an idle worker, four of them alive", "MB")
                        .with("tandem pipes", effort -> workers(), IdleRows::memory)
                        .with(
                                "Python ProcessPoolExecutor",
                                effort -> ScriptPeer.python("executor", "memory"),
                                ScriptPeer::measure)
                        .to(atMost(25, "tandem pipes")),
                Row.of("idle-cpu", "processor time of a runner and its four workers at rest", "% of a core")
                        .with("tandem pipes", effort -> workers(), IdleRows::processorTime)
                        .to(atMost(0.5, "tandem pipes")));
    }

    private static ParallelRunner workers() throws AbsentException {
        if (!ForeignLoad.isKnown()) {
            throw new AbsentException("only /proc tells memory and processor time of others");
        }
        return Subjects.processes(TransportKind.PIPES, WORKERS);
    }

    private static Figure memory(ParallelRunner runner, Effort effort) throws IOException {
        List<Long> pids = Stream.generate(() -> runner.submit(PID)).limit(2 * WORKERS).toList().stream()
                .map(future -> future.join())
                .distinct()
                .toList();
        var bytes = new double[pids.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = pssBytes(pids.get(i));
        }
        return Figure.of(Spread.of(Arrays.stream(bytes)).median() / 1e6);
    }

    private static double pssBytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToDouble(line -> Double.parseDouble(line.split(" +")[1]) * 1024)
                    .sum();
        }
    }

    private static Figure processorTime(ParallelRunner runner, Effort effort) throws IOException {
        for (int i = 0; i < WORKERS; i++) {
            runner.submit(Subjects.NO_OP).join();
        }
        long restNanos = TimeUnit.SECONDS.toNanos(effort.count(0, REST_SECONDS, LONG_REST_SECONDS));
        if (!OwnTime.isKnown()) { // then in ticks
            ForeignLoad before = ForeignLoad.sample();
            LockSupport.parkNanos(restNanos);
            return Figure.of(ForeignLoad.sample().ownCoresSince(before) * 100);
        }
        List<Long> processes = ForeignLoad.ownProcesses();
        OwnTime before = OwnTime.before(processes);
        LockSupport.parkNanos(restNanos);
        return Figure.of(OwnTime.after(processes).coresSince(before) * 100);
    }
}

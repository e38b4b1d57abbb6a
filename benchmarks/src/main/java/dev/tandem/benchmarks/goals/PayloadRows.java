package dev.tandem.benchmarks.goals;

import static dev.tandem.benchmarks.goals.Goal.atLeast;
import static dev.tandem.benchmarks.goals.Goal.atMost;

import dev.tandem.ParallelRunner;
import dev.tandem.Shared;
import dev.tandem.TaskFunction;
import dev.tandem.benchmarks.TransportKind;
import java.util.List;

/** A hundred megabytes, as an argument, there and back, and used by many tasks. */
final class PayloadRows {

    private static final int BYTES = 100_000_000;

    private static final TaskFunction<byte[], Integer> LENGTH = data -> data.length;
    private static final TaskFunction<byte[], byte[]> BACK = data -> data;

    private PayloadRows() {}

    static List<Row> all() {
        Row argument =
                Row.of("argument", "100 MB byte[] as an argument", "GB/s").with("arraycopy", PayloadRows::copy);
        Row back = Row.of("argument-back", "100 MB byte[] there and back, 200 MB moved", "GB/s")
                .with("arraycopy", PayloadRows::copy);
        for (TransportKind kind : TransportKind.values()) {
            if (kind != TransportKind.LOOPBACK) {
                double limit = kind.name().equals(Subjects.RING) ? 0.8 : 0.3;
                String name = Subjects.tandem(kind);
                argument.with(
                                name,
                                effort -> Subjects.processes(kind, 1),
                                (runner, effort) -> move(runner, effort, LENGTH, 1))
                        .to(atLeast(limit, name, "arraycopy"));
                back.with(
                                name,
                                effort -> Subjects.processes(kind, 1),
                                (runner, effort) -> move(runner, effort, BACK, 2))
                        .to(atLeast(limit, name, "arraycopy"));
            }
        }
        argument.with(
                "Python multiprocessing.Pool", effort -> ScriptPeer.python("pool", "payload"), ScriptPeer::measure);
        return List.of(argument, back, broadcast());
    }

    /** What many tasks capture is to be there after the first of them; a copy would take as long as {@code arraycopy}. */
    private static Row broadcast() {
        return Row.of("broadcast", "a task that uses 100 MB of doubles, second and later use", "ms")
                .with(
                        "arraycopy",
                        effort -> Figure.of(BYTES / 1e6 / copy(effort).value()))
                .with(
                        "tandem pipes, captured",
                        effort -> Subjects.processes(TransportKind.PIPES, 1),
                        PayloadRows::useCaptured)
                .with(
                        "tandem pipes, shared",
                        effort -> Subjects.processes(TransportKind.PIPES, 1),
                        PayloadRows::useShared)
                .to(atMost(0.1, "tandem pipes, shared", "arraycopy"))
                .to(atMost(0.1, "tandem pipes, captured", "arraycopy"));
    }

    private static Figure useCaptured(ParallelRunner runner, Effort effort) throws Exception {
        double[] data = new double[bytes(effort) / Double.BYTES];
        double first = runner.submit(() -> data[0]).join();
        return Figure.of(1e3
                / Timing.rate(effort, 1, () -> runner.submit(() -> data[1]).join() + first)
                        .value());
    }

    private static Figure useShared(ParallelRunner runner, Effort effort) throws Exception {
        try (Shared<double[]> data = runner.share(new double[bytes(effort) / Double.BYTES])) {
            double first = runner.submit(() -> data.get()[0]).join();
            return Figure.of(1e3
                    / Timing.rate(
                                    effort,
                                    1,
                                    () -> runner.submit(() -> data.get()[1]).join() + first)
                            .value());
        }
    }

    private static Figure move(ParallelRunner runner, Effort effort, TaskFunction<byte[], ?> function, int times)
            throws Exception {
        List<byte[]> data = List.of(new byte[bytes(effort)]);
        return giga(Timing.rate(
                effort,
                (double) times * bytes(effort),
                () -> runner.map(data, function).join()));
    }

    private static Figure copy(Effort effort) throws Exception {
        var from = new byte[bytes(effort)];
        var to = new byte[from.length];
        return giga(Timing.rate(effort, from.length, () -> {
            System.arraycopy(from, 0, to, 0, from.length);
            return to;
        }));
    }

    private static int bytes(Effort effort) {
        return effort.count(1 << 16, BYTES);
    }

    private static Figure giga(Figure perSecond) {
        return Figure.of(perSecond.value() / 1e9);
    }
}

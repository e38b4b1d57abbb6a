package dev.tandem.benchmarks.goals;

import static dev.tandem.benchmarks.goals.Goal.atLeast;
import static dev.tandem.benchmarks.goals.Goal.atMost;
import static dev.tandem.benchmarks.goals.Subjects.NO_OP;

import dev.tandem.benchmarks.TransportKind;
import java.util.List;

/** Single tasks that do nothing, on one warm worker. */
final class LatencyRows {

    private LatencyRows() {}

    static List<Row> all() {
        return List.of(
                withPeers(latency("join", "submit + join of a no-op, one after the other", 1.25, Timing::closedLoop)),
                latency("join-paced", "submit + join of a no-op, one each millisecond", 1.5, Timing::paced),
                spinning(),
                window());
    }

    private static Row latency(String name, String work, double limit, Timing.Pace pace) {
        Row row = Row.of(name, work, "µs")
                .with(
                        "raw pipes",
                        effort -> RawPingPong.over(RawPingPong.Kind.PIPES),
                        (raw, effort) -> pace.time(effort, raw::roundTrip));
        tandem(row, TransportKind.PIPES, pace);
        row.with(
                "raw unix",
                effort -> RawPingPong.over(RawPingPong.Kind.UNIX),
                (raw, effort) -> pace.time(effort, raw::roundTrip));
        tandem(row, TransportKind.UNIX, pace);
        executor(row, "ThreadPoolExecutor", effort -> Subjects.threadPool(), pace);
        return row.to(atMost(limit, "tandem pipes", "raw pipes")).to(atMost(limit, "tandem unix", "raw unix"));
    }

    private static Row withPeers(Row row) {
        executor(row, "PP4J", effort -> Subjects.pp4j(), Timing::closedLoop);
        return row.with(
                        "Python ProcessPoolExecutor",
                        effort -> ScriptPeer.python("executor", "join"),
                        ScriptPeer::measure)
                .with("Python multiprocessing.Pool", effort -> ScriptPeer.python("pool", "join"), ScriptPeer::measure)
                .with("joblib", effort -> ScriptPeer.python("joblib", "join"), ScriptPeer::measure)
                .with("node workerpool", effort -> ScriptPeer.node("workerpool", "join"), ScriptPeer::measure);
    }

    private static Row spinning() {
        Row row = Row.of("join-spinning", "submit + join of a no-op where both sides spin for a while", "µs")
                .with(
                        "raw unix, non-blocking",
                        effort -> RawPingPong.over(RawPingPong.Kind.SPINNING_UNIX),
                        (raw, effort) -> Timing.closedLoop(effort, raw::roundTrip));
        executor(row, "ThreadPoolExecutor", effort -> Subjects.threadPool(), Timing::closedLoop);
        Subjects.ring().ifPresent(ring -> {
            tandem(row, ring, Timing::closedLoop);
            row.to(atMost(1.5, Subjects.tandem(ring), "raw unix, non-blocking"))
                    .to(atMost(0.5, Subjects.tandem(ring), "ThreadPoolExecutor"));
        });
        return row;
    }

    private static Row window() {
        Row row = Row.of("window", "no-op tasks, 256 in flight, one submitter", "tasks/s")
                .with(
                        "1/p50 of raw pipes",
                        effort -> RawPingPong.over(RawPingPong.Kind.PIPES),
                        (raw, effort) -> Figure.of(
                                1e6 / Timing.closedLoop(effort, raw::roundTrip).value()));
        for (TransportKind kind : TransportKind.values()) {
            if (kind != TransportKind.LOOPBACK) {
                row.with(
                        Subjects.tandem(kind),
                        effort -> Subjects.processes(kind, 1),
                        (runner, effort) -> Timing.window(effort, () -> runner.submit(NO_OP)));
            }
        }
        return row.with(
                        "ThreadPoolExecutor",
                        effort -> Subjects.threadPool(),
                        (pool, effort) -> Timing.window(effort, () -> pool.submit(NO_OP)))
                .with(
                        "PP4J",
                        effort -> Subjects.pp4j(),
                        (pool, effort) -> Timing.window(effort, () -> pool.submit(NO_OP)))
                .with(
                        "Python ProcessPoolExecutor",
                        effort -> ScriptPeer.python("executor", "window"),
                        ScriptPeer::measure)
                .with("node workerpool", effort -> ScriptPeer.node("workerpool", "window"), ScriptPeer::measure)
                .to(atLeast(1e6, "tandem pipes"))
                .to(atLeast(40, "tandem pipes", "1/p50 of raw pipes"));
    }

    private static void executor(Row row, String name, Row.Opener<Subjects.Pool> opener, Timing.Pace pace) {
        row.with(
                name,
                opener,
                (pool, effort) -> pace.time(effort, () -> pool.submit(NO_OP).get()));
    }

    private static void tandem(Row row, TransportKind kind, Timing.Pace pace) {
        row.with(
                Subjects.tandem(kind),
                effort -> Subjects.processes(kind, 1),
                (runner, effort) -> pace.time(effort, () -> runner.submit(NO_OP).join()));
    }
}

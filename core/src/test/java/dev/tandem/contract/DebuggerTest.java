package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerBrokenException;
import dev.tandem.Task;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.worker.WorkerMain;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.LogLines;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.RunnerSettings;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** Workers in the hands of a debugger, which is a real one here. */
final class DebuggerTest {

    private static final Duration TIMEOUT = Duration.ofMillis(100);

    /** So that each limit there is would be over in no time. */
    private static RunnerSettings impatient(RunnerSettings settings) {
        return settings.workers(2)
                .grace(Duration.ofMillis(1))
                .processes(o -> o.heartbeat(Duration.ofMillis(5))
                        .startTimeout(Duration.ofMillis(200))
                        .idleTimeout(Duration.ofMillis(1)));
    }

    private static ParallelRunner open(Runners runners, String debug, UnaryOperator<RunnerSettings> settings) {
        System.setProperty("tandem.debug", debug);
        try {
            return runners.open(settings);
        } finally {
            System.clearProperty("tandem.debug");
        }
    }

    /** The task that the debugger stops. */
    private static final class Held {

        private Held() {}

        static String answer() {
            return "reached";
        }
    }

    /** Returns when tasks of another runner have run into their time-outs, one after the other. */
    private static void outlastThem() {
        try (ParallelRunner other = ParallelRunner.threads(o -> o.workers(1))) {
            for (int i = 0; i < 4; i++) {
                TaskFuture<Void> late = other.withTimeout(TIMEOUT).submit(() -> Thread.sleep(60_000));
                assertThatThrownBy(late::join).isInstanceOf(TaskTimeoutException.class);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void holdsAWorkerForLongerThanAnyLimit(Runners runners) throws Exception {
        int port = freePort();
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = open(runners, Integer.toString(port), DebuggerTest::impatient);
            runner.resize(3);
            TaskSubmitter impatient =
                    runner.with(TaskOptions.defaults().timeout(TIMEOUT).queueTimeout(TIMEOUT));
            TaskFuture<String> held = impatient.submit(Held::answer);
            TaskFuture<Integer> behind = impatient.submit(() -> 2);
            assertThat(log.await("WARN", "localhost:" + port))
                    .contains(": worker 0 (pid ", "waits until a debugger attaches", "no time-out, grace or heartbeat");
            try (Debugger debugger = Debugger.attach(port)) {
                debugger.awaitTheStart();
                outlastThem();
                assertThat(debugger.runTo(Held.class, "answer").lineNumber()).isPositive();
                outlastThem();
                assertThat(held.isDone()).isFalse();
            }
            assertThat(held.join()).isEqualTo("reached");
            assertThat(behind.join()).isEqualTo(2);
            assertThat(runner.stats().workersStarted())
                    .as("it is one worker, however many were wished")
                    .isEqualTo(1);
            assertThat(log.with("localhost:" + port)).hasSize(1);
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void hasEveryWorkerDialADebuggerThatListens(Runners runners) throws Exception {
        try (Debugger.Listening ide = new Debugger.Listening();
                LogLines log = new LogLines()) {
            ParallelRunner runner = open(runners, "dial:" + ide.port(), DebuggerTest::impatient);
            Marks pids = runners.marks();
            Task<Long> meet = () -> {
                long pid = ProcessHandle.current().pid();
                pids.make(pid);
                Eventually.holds("both", () -> pids.all().size() == 2);
                return pid;
            };
            List<TaskFuture<Long>> met = List.of(runner.submit(meet), runner.submit(meet));
            for (int i = 0; i < 2; i++) {
                try (Debugger debugger = ide.next()) {
                    debugger.awaitTheStart();
                    assertThat(debugger.runTo(WorkerMain.class, "main")
                                    .declaringType()
                                    .name())
                            .endsWith(".WorkerMain");
                }
            }
            assertThat(met).extracting(TaskFuture::join).doesNotHaveDuplicates();
            assertThat(log.with("WARN", "dials the debugger")).hasSize(1);
            assertThat(log.with("INFO", "dials the debugger")).hasSize(1);
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void saysWhatToDoIfNoDebuggerListens(Runners runners) throws Exception {
        int port = freePort();
        ParallelRunner runner = open(runners, "dial:" + port, settings -> settings);
        assertThat(startFailure(runner))
                .hasMessageContaining("none listens on localhost:" + port)
                .hasMessageContaining("have the debugger listen before workers start");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void saysWhatToDoIfThePortIsTaken(Runners runners) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            int port = taken.getLocalPort();
            ParallelRunner runner = open(runners, Integer.toString(port), settings -> settings);
            assertThat(startFailure(runner))
                    .hasMessageContaining("localhost:" + port + ", a port that another process has")
                    .hasMessageContaining("choose another port");
        }
    }

    private static WorkerStartException startFailure(ParallelRunner runner) {
        TaskFuture<Integer> future = runner.submit(() -> 1);
        RunnerBrokenException broken = catchThrowableOfType(RunnerBrokenException.class, future::join);
        return (WorkerStartException) broken.getSuppressed()[0];
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void refusesAValueThatIsNoPortWhenTheRunnerIsOpened(Runners runners) {
        assertThatThrownBy(() -> open(runners, "yes", settings -> settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tandem.debug=yes");
    }
}

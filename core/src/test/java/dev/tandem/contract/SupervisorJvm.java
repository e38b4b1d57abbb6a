package dev.tandem.contract;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.TaskFuture;
import dev.tandem.ipc.Transport;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The main class of a JVM with a runner of its own, which a test ends in one way or another. */
final class SupervisorJvm {

    /** What it does until it is ended, or how it ends by itself. */
    enum Mode {
        IDLE,
        SPINNING,
        SENDING,
        EXITING,
        EXITING_FROM_A_STAGE,
        USING_IT_IN_A_HOOK,
        FORGETTING,
        FORGETTING_SLOWLY
    }

    private SupervisorJvm() {}

    public static void main(String[] args) throws Exception {
        Transport transport = switch (args[0]) {
            case "UNIX_SOCKET" -> Transport.unixSocket();
            case "LOOPBACK" -> Transport.loopback();
            default -> Transport.pipes();
        };
        Marks marks = new Marks(args[2]);
        ParallelRunner runner = ParallelRunner.processes(o -> options(o, transport));
        switch (Mode.valueOf(args[1])) {
            case IDLE -> {
                runner.submit(() -> marks.make("pid-" + ProcessHandle.current().pid()))
                        .join();
                marks.make("ready");
                LockSupport.park();
            }
            case SPINNING -> {
                runner.submit(() -> spin(marks));
                runner.submit(() -> spin(marks));
                Eventually.holds("spinning", () -> marks.all().size() == 2);
                marks.make("ready");
                LockSupport.park();
            }
            case SENDING -> sendForEver(runner, marks);
            case EXITING -> {
                runner.submit(() -> spin(marks));
                Eventually.holds("spinning", () -> marks.all().size() == 1);
                System.exit(7);
            }
            case EXITING_FROM_A_STAGE -> {
                runner.submit(() -> spin(marks));
                Eventually.holds("spinning", () -> marks.all().size() == 1);
                runner.submit(() -> 8).thenAccept(System::exit);
            }
            case USING_IT_IN_A_HOOK -> {
                TaskFuture<Void> spinning = runner.submit(() -> spin(marks));
                Eventually.holds("spinning", () -> marks.all().size() == 1);
                onExit(marks, "joined", spinning::join);
                onExit(marks, "submitted", () -> runner.submit(() -> 1).join());
                onExit(
                        marks,
                        "opened",
                        () -> ParallelRunner.processes().submit(() -> 1).join());
                onExit(marks, "closed", runner::close);
                System.exit(9);
            }
            case FORGETTING_SLOWLY ->
                runner.submit(() -> {
                    marks.make("pid-" + ProcessHandle.current().pid());
                    marks.make("ready");
                    new Gate(marks.directory() + "/go-on").await();
                    marks.make("finished");
                });
            case FORGETTING ->
                runner.submit(() -> {
                    marks.make("pid-" + ProcessHandle.current().pid());
                    LockSupport.parkNanos(Duration.ofMillis(700).toNanos());
                    marks.make("finished");
                });
        }
    }

    /** A hook that marks its end, in whatever way it ends. */
    private static void onExit(Marks marks, String mark, Runnable body) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                body.run();
            } catch (RuntimeException e) {
                // refused, or cancelled: both is right, as long as it is one of them
            } finally {
                marks.make(mark);
            }
        }));
    }

    private static ProcessOptions options(ProcessOptions options, Transport transport) {
        return options.workers(2).maxHeap("128m").transport(transport).jvmArgs("-XX:TieredStopAtLevel=1");
    }

    private static void spin(Marks marks) {
        marks.make("pid-" + ProcessHandle.current().pid());
        while (true) {
            Thread.onSpinWait();
        }
    }

    /** A worker that is blocked writing most of the time. */
    private static void sendForEver(ParallelRunner runner, Marks marks) {
        runner.submit(() -> marks.make("pid-" + ProcessHandle.current().pid())).join();
        marks.make("ready");
        while (true) {
            TaskFuture<byte[]> large = runner.submit(() -> new byte[16 << 20]);
            large.join();
        }
    }
}

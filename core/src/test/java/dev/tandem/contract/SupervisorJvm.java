package dev.tandem.contract;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.TaskFuture;
import dev.tandem.ipc.Transport;
import dev.tandem.testing.Eventually;
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
        FORGETTING
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
            case FORGETTING ->
                runner.submit(() -> {
                    marks.make("pid-" + ProcessHandle.current().pid());
                    LockSupport.parkNanos(Duration.ofMillis(700).toNanos());
                    marks.make("finished");
                });
        }
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

package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ProcessOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ThreadDumpTest {

    private static final String RAW = """
            4711:
            2026-01-01 00:00:00
            Full thread dump OpenJDK 64-Bit Server VM (17.0.15 mixed mode, sharing):

            Threads class SMR info:
            _java_thread_list=0x1, length=3, elements={
            0x1, 0x2
            }

            "main" #1 prio=5 runnable
               java.lang.Thread.State: RUNNABLE
            \tat java.io.FileInputStream.read(FileInputStream.java:1)

            "evil\u001b[2J" #12 prio=5 runnable
               java.lang.Thread.State: RUNNABLE
            \tat com.acme.Task.call(Task.java:7)
            \tat dev.tandem.internal.worker.TaskLoop.run(TaskLoop.java:77)

            "GC Thread#0" os_prio=0 cpu=1ms tid=0x3 nid=0x4 runnable

            JNI global refs: 12, weak refs: 0
            """;

    private final RunDirectory directory = new RunDirectory(Runnable::run);

    @Test
    void showsTheTaskFirstAndNoThreadWithoutFrames() {
        assertThat(ThreadDump.arranged(RAW)).isEqualTo("""
                        Full thread dump OpenJDK 64-Bit Server VM (17.0.15 mixed mode, sharing):
                        (2 threads, and 1 without frames that are left out)

                        "evil\\u001b[2J" #12 prio=5 runnable
                           java.lang.Thread.State: RUNNABLE
                        \tat com.acme.Task.call(Task.java:7)
                        \tat dev.tandem.internal.worker.TaskLoop.run(TaskLoop.java:77)

                        "main" #1 prio=5 runnable
                           java.lang.Thread.State: RUNNABLE
                        \tat java.io.FileInputStream.read(FileInputStream.java:1)""");
    }

    @Test
    void boundsWhatAThousandThreadsWouldSay() {
        String thread = "\n\n\"t\" #1\n\tat " + "x".repeat(400) + "\n";
        assertThat(ThreadDump.arranged("Full thread dump\n" + thread.repeat(1_000)))
                .hasSizeLessThan(66_000)
                .endsWith("more characters)");
    }

    @Test
    void saysWhatJcmdSaidOfAProcessThatIsNoJvm() throws Exception {
        Process sleeping = new ProcessBuilder("sleep", "60").start();
        Interventions interventions = new Interventions();
        try {
            directory.path();
            long begin = System.nanoTime();
            dumps().take(sleeping.toHandle(), interventions);
            assertThat(System.nanoTime() - begin).isLessThan(ThreadDump.LIMIT_NANOS + TimeUnit.SECONDS.toNanos(1));
        } finally {
            sleeping.toHandle().destroyForcibly();
            sleeping.waitFor();
            directory.remove();
        }
        assertThat(interventions.threadDump()).isNull();
        assertThat(interventions.notes()).singleElement().asString().startsWith("no thread dump: jcmd ");
        assertThat(Path.of("/tmp/.attach_pid" + sleeping.pid())).doesNotExist();
    }

    @Test
    void saysAtOnceThatAStoppedProcessCannotAnswer() throws Exception {
        Process stopped = new ProcessBuilder("sh", "-c", "kill -STOP $$").start();
        Interventions interventions = new Interventions();
        try {
            directory.path();
            Path stat = Path.of("/proc/" + stopped.pid() + "/stat");
            while (!Files.readString(stat).contains(") T ")) {
                Thread.onSpinWait();
            }
            long begin = System.nanoTime();
            dumps().take(stopped.toHandle(), interventions);
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(1));
        } finally {
            stopped.toHandle().destroyForcibly();
            stopped.waitFor();
            directory.remove();
        }
        assertThat(interventions.notes()).containsExactly("no thread dump: the process is stopped and cannot answer");
    }

    @Test
    void saysThatItHasNoDirectory() {
        Interventions interventions = new Interventions();
        dumps().take(ProcessHandle.current(), interventions);
        assertThat(interventions.notes()).containsExactly("no thread dump: the runner's directory is gone");
    }

    private ThreadDump dumps() {
        return new ThreadDump(ProcessOptions.defaults(), directory);
    }
}

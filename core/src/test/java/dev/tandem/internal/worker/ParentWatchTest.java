package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParentWatchTest {

    private static final Path SHELL = Path.of("/bin/sh");

    /** The connection plays no part: only the parent is gone. */
    @Test
    void endsTheProcessWhenItsParentIsGone() throws Exception {
        assumeThat(Files.isExecutable(SHELL)).isTrue();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process shell = new ProcessBuilder(
                        SHELL.toString(),
                        "-c",
                        "\"$@\" & read line", // the shell is the parent until it has read a line
                        "sh",
                        java,
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Watched.class.getName())
                .start();
        BufferedReader said = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
        ProcessHandle watched =
                ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
        try {
            assertThat(watched.isAlive()).isTrue();
            shell.getOutputStream().write('\n');
            shell.getOutputStream().flush();
            assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
            watched.onExit().get(20, TimeUnit.SECONDS);
        } finally {
            watched.destroyForcibly();
            shell.toHandle().destroyForcibly();
        }
    }

    /** Says its process id once it is watched, and then waits for ever. */
    static final class Watched {
        public static void main(String[] args) throws InterruptedException {
            Thread watch = new Thread(new ParentWatch(new ProcessEnd(), () -> {}));
            watch.start();
            while (watch.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            System.out.println(ProcessHandle.current().pid());
            watch.join();
        }
    }
}

package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.Shared;
import dev.tandem.ipc.Transport;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where a directory or memory refuses, a slower way has to do, and is counted. */
final class FallbackContractTest {

    private static long fallbacks(ParallelRunner runner) {
        return runner.stats().times().fallbacks();
    }

    /** Something is there already, under the name that the library is about to use. */
    private static void occupy(Path directory, String name) throws IOException {
        Files.createFile(Files.createDirectory(directory.resolve(name)).resolve("in the way"));
    }

    @EveryRunner(eachTransport = false)
    @Row("R1")
    void countsWhatTheDirectoryOfTheRunnerDoesNotTake(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(1);
        boolean hasFiles = runners.have(Need.WORKER_JVM);
        Path directory = null;
        if (hasFiles) {
            directory = Path.of(
                    runner.submit(() -> DamagedSurroundingsTest.runDirectory().toString())
                            .join());
            occupy(directory, "shared-2");
            occupy(directory, "array-1");
        }
        try (Shared<int[]> first = runner.share(new int[] {7});
                Shared<int[]> second = runner.share(new int[] {8})) {
            assertThat(runner.submit(() -> first.get()[0]).join()).isEqualTo(7);
            assertThat(runner.submit(() -> second.get()[0]).join()).isEqualTo(8);
            assertThat(fallbacks(runner)).as("one of two values").isEqualTo(hasFiles ? 1 : 0);
        }
        byte[] array = new byte[1 << 20];
        for (int i = 0; i < 4; i++) {
            assertThat(runner.submit(() -> array[9]).join()).isZero();
        }
        assertThat(fallbacks(runner)).as("and an array, once").isEqualTo(hasFiles ? 2 : 0);
        assertThat(runner.stats().times().bytesSpared()).isZero();
    }

    /** With no permission to write a file of that size, which is what full memory comes to. */
    @Test
    @ExtendWith(HardLimit.class)
    @EnabledOnOs(OS.LINUX)
    @Row("R1")
    void countsAWorkerThatGetsNoSharedMemory() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        "/bin/sh",
                        "-c",
                        "ulimit -f 64; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InLittleRoom.class.getName()))
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(printed).contains("a task returned 42", "fallbacks: 2");
    }

    /** The main class of a JVM with a runner of its own. */
    static final class InLittleRoom {

        private InLittleRoom() {}

        public static void main(String[] args) {
            try (ParallelRunner runner =
                    ParallelRunner.processes(o -> o.workers(1).transport(Transport.sharedMemory()))) {
                System.out.println("a task returned " + runner.submit(() -> 42).join());
                System.out.println("fallbacks: " + fallbacks(runner)); // its ring, and its page
            }
        }
    }
}

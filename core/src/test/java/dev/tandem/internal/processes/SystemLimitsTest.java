package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Diagnosis;
import dev.tandem.ProcessOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link SystemLimits}, and what {@link RoomReport} says of them. */
final class SystemLimitsTest {

    @TempDir
    Path root;

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private SystemLimits limits() {
        return new SystemLimits(root);
    }

    private void openFilesAndMemory(String openFiles, long freeKilobytes) throws IOException {
        write(
                "proc/self/limits",
                "Limit                     Soft Limit           Hard Limit           Units\n"
                        + "Max processes             96365                unlimited            processes\n"
                        + "Max open files            " + openFiles + "                  1048576              files\n");
        write("proc/meminfo", "MemTotal:       16000000 kB\nMemAvailable:   " + freeKilobytes + " kB\n");
        for (int i = 0; i < 5; i++) {
            write("proc/self/fd/" + i, "");
        }
    }

    private Diagnosis report() {
        return report(ProcessOptions.defaults().workers(3));
    }

    private Diagnosis report(ProcessOptions options) {
        Findings findings = new Findings();
        new RoomReport(options, limits(), findings).write();
        return findings.conclude();
    }

    @Test
    void readsWhatTheSystemAllows() throws IOException {
        openFilesAndMemory("1024", 2048);
        assertThat(limits().openFiles()).hasValue(1024);
        assertThat(limits().openNow()).hasValue(5);
        assertThat(limits().processes()).hasValue(96365);
        assertThat(limits().memory()).hasValue(16_000_000L * 1024);
        assertThat(limits().memoryFree()).hasValue(2048 * 1024);
        openFilesAndMemory("unlimited", 2048);
        assertThat(limits().openFiles()).isEmpty();
    }

    @Test
    void findsHeapsThatDoNotFit() throws IOException {
        openFilesAndMemory("1024", 8_000_000);
        ProcessOptions three = ProcessOptions.defaults().workers(3);
        assertThat(report(three.maxHeap("5g")).problems()).isEmpty();
        assertThat(report(three.maxHeap("6g")).problems())
                .singleElement()
                .asString()
                .contains("maxHeap=6144 MB for 3 workers, 15625 MB in all; take a smaller maxHeap");
    }

    @Test
    void readsTheLimitsOfAContainer() throws IOException {
        openFilesAndMemory("1024", 1_000_000);
        write("proc/self/cgroup", "0::/app\n");
        write("sys/fs/cgroup/memory.max", "1000000\n");
        write("sys/fs/cgroup/memory.current", "400000\n");
        write("sys/fs/cgroup/app/pids.max", "max\n");
        write("sys/fs/cgroup/app/pids.current", "40\n");
        assertThat(limits().memoryLimit()).hasValue(1_000_000);
        assertThat(limits().memoryFree()).hasValue(600_000);
        assertThat(limits().processesLeft()).isEmpty();
        assertThat(limits().container()).isEmpty();

        write("proc/self/cgroup", "4:memory:/docker/x\n3:cpu,pids:/docker/x\n0::/\n");
        write("sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/pids/pids.max", "100\n");
        write("sys/fs/cgroup/pids/pids.current", "40\n");
        write("proc/1/cgroup", "4:memory:/docker/x\n");
        assertThat(limits().memoryLimit()).isEmpty();
        assertThat(limits().processesLeft()).hasValue(60);
        assertThat(limits().container()).contains("/proc/1/cgroup: 4:memory:/docker/x");
    }

    @Test
    void knowsNothingWhereNothingIsShown() {
        assertThat(limits().openFiles()).isEmpty();
        assertThat(limits().openNow()).isEmpty();
        assertThat(limits().memoryFree()).isEmpty();
        assertThat(report().isHealthy()).isTrue();
        assertThat(report().report()).contains("memory        unknown");
    }

    @Test
    void saysWhatThereIsTooLittleOf() throws IOException {
        openFilesAndMemory("20", 20_000);
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/pids.max", "100\n");
        write("sys/fs/cgroup/pids.current", "40\n");
        assertThat(report().problems())
                .containsExactly(
                        "there is too little memory for a worker: 19 MB free, 64 MB needed; give this machine or container more,"
                                + " or take fewer workers",
                        "there are too few descriptors for 3 workers: 15 left, 24 needed; raise ulimit -n",
                        "there is no room for the threads of 3 workers: 60 left, 75 needed; raise the container's limit of"
                                + " processes (pids), or take fewer workers");
    }
}

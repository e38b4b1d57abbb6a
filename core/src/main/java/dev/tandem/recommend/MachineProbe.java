package dev.tandem.recommend;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at this JVM and its machine: all the input that the recommender ever takes. What is not there is estimated, and nothing is
 * ever thrown.
 */
final class MachineProbe {

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path MEMORY_OF_THE_SYSTEM = Path.of("/proc/meminfo");
    private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d{1,15}) kB");
    private static final long KIB = 1L << 10;
    private static final int HEAP_PART_OF_MEMORY = 4;

    private MachineProbe() {}

    static Machine look() {
        Runtime here = Runtime.getRuntime();
        long heapBytes = Math.max(1, here.maxMemory());
        long memoryBytes = PlatformBeans.memoryBytes().orElseGet(() -> readMemory(heapBytes));
        return new Machine(
                here.availableProcessors(),
                Math.max(memoryBytes, 1),
                heapBytes,
                Runtime.version().feature(),
                startsProcesses(),
                freeBytes(Path.of(System.getProperty("java.io.tmpdir", "/tmp"))),
                freeBytes(SHARED_MEMORY),
                CostModel.defaults());
    }

    /** A native image has no classes to run elsewhere; some run-time images have no {@code java}. */
    private static boolean startsProcesses() {
        boolean isWindows = File.separatorChar == '\\';
        Path java = Path.of(System.getProperty("java.home", ""), "bin", isWindows ? "java.exe" : "java");
        return System.getProperty("org.graalvm.nativeimage.imagecode") == null && Files.isExecutable(java);
    }

    private static long readMemory(long heapBytes) {
        try (Stream<String> lines = Files.lines(MEMORY_OF_THE_SYSTEM)) {
            return lines.map(TOTAL::matcher)
                    .filter(Matcher::lookingAt)
                    .mapToLong(line -> Long.parseLong(line.group(1)) * KIB)
                    .findFirst()
                    .orElse(estimate(heapBytes));
        } catch (IOException | RuntimeException e) {
            return estimate(heapBytes);
        }
    }

    private static long estimate(long heapBytes) {
        return heapBytes > Long.MAX_VALUE / HEAP_PART_OF_MEMORY ? heapBytes : heapBytes * HEAP_PART_OF_MEMORY;
    }

    private static long freeBytes(Path directory) {
        try {
            return Files.isDirectory(directory)
                    ? Math.max(0, Files.getFileStore(directory).getUsableSpace())
                    : 0;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}

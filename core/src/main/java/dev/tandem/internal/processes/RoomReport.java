package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** The room that workers have here: files, memory, processes. Tells what is there, and what is too little of it. */
final class RoomReport {

    private static final long MIB = 1 << 20;
    private static final long LEAST_DISK_BYTES = 16 * MIB; // argument files and crash logs, and a copy of the library
    private static final long LEAST_MEMORY_BYTES = 64 * MIB; // a worker that has done nothing takes some 40
    private static final int DESCRIPTORS_PER_WORKER = 8;
    private static final int THREADS_PER_WORKER = 25; // of a JVM with few cores

    private final ProcessOptions options;
    private final SystemLimits limits;
    private final Findings findings;

    RoomReport(ProcessOptions options, SystemLimits limits, Findings findings) {
        this.options = options;
        this.limits = limits;
        this.findings = findings;
    }

    void write() {
        findings.section("temporary files");
        disk("directory", System.getProperty("java.io.tmpdir", ""), true);
        disk("shared", "/dev/shm", false);
        findings.section("limits");
        int cores = Runtime.getRuntime().availableProcessors();
        int workers = options.workers();
        findings.line(
                "cores", cores + ", which is " + Math.max(1, cores / workers) + " for each of " + counted(workers));
        memory();
        openFiles();
        processes();
        findings.line(
                "container",
                limits.container().map(sign -> "yes (" + sign + ")").orElse("no sign of one"));
    }

    private void disk(String label, String place, boolean needed) {
        try {
            Path directory = Path.of(place);
            if (!Files.isDirectory(directory)) {
                boolean exists = Files.exists(directory);
                findings.line(label, place + (exists ? " is no directory" : " is MISSING"));
                if (needed && !exists) {
                    findings.problem(
                            "java.io.tmpdir=" + place + " does not exist, and other code than this library does"
                                    + " not make it: make it, or start this JVM with another -Djava.io.tmpdir");
                }
                return;
            }
            if (needed) {
                Files.delete(Files.createTempFile(directory, "tandem-doctor-", ".tmp"));
            }
            FileStore store = Files.getFileStore(directory);
            long free = store.getUsableSpace();
            findings.line(label, place + ", " + megabytes(free) + " free of " + megabytes(store.getTotalSpace()));
            if (needed && free < LEAST_DISK_BYTES) {
                findings.problem("java.io.tmpdir=" + place + " has too little room: " + megabytes(free) + " free, "
                        + megabytes(LEAST_DISK_BYTES) + " needed; make room there, or start this JVM with another"
                        + " -Djava.io.tmpdir");
            }
        } catch (IOException | InvalidPathException | SecurityException e) {
            findings.line(label, place + " cannot be " + (needed ? "written to: " : "looked at: ") + e);
        }
    }

    private void memory() {
        String total = limits.memory().isPresent() ? megabytes(limits.memory().getAsLong()) : "unknown";
        String limit = limits.memoryLimit().isPresent()
                ? "limited to " + megabytes(limits.memoryLimit().getAsLong())
                : "no limit of a container";
        OptionalLong free = limits.memoryFree();
        String left = free.isPresent() ? ", " + megabytes(free.getAsLong()) + " free" : "";
        findings.line("memory", total + ", " + limit + left);
        heaps();
        if (free.isPresent() && free.getAsLong() < LEAST_MEMORY_BYTES) {
            findings.problem("there is too little memory for a worker: " + megabytes(free.getAsLong()) + " free, "
                    + megabytes(LEAST_MEMORY_BYTES)
                    + " needed; give this machine or container more, or take fewer workers");
        }
    }

    /** A JVM starts with any heap; it is killed when it uses it. */
    private void heaps() {
        OptionalLong heap = options.maxHeapBytes();
        OptionalLong most = LongStream.concat(limits.memory().stream(), limits.memoryLimit().stream())
                .min();
        int workers = options.workers();
        if (heap.isPresent() && most.isPresent() && heap.getAsLong() > most.getAsLong() / workers) {
            findings.problem("the heaps do not fit into the memory: maxHeap=" + megabytes(heap.getAsLong()) + " for "
                    + counted(workers) + ", " + megabytes(most.getAsLong())
                    + " in all; take a smaller maxHeap or fewer workers, or give this machine or container more");
        }
    }

    private void openFiles() {
        OptionalLong most = limits.openFiles();
        OptionalLong now = limits.openNow();
        findings.line("open files", known(most) + " per process, " + known(now) + " open in this one");
        long needed = (long) DESCRIPTORS_PER_WORKER * options.workers();
        if (most.isPresent() && now.isPresent() && most.getAsLong() - now.getAsLong() < needed) {
            findings.problem("there are too few descriptors for " + counted(options.workers()) + ": "
                    + (most.getAsLong() - now.getAsLong()) + " left, " + needed + " needed; raise ulimit -n");
        }
    }

    private void processes() {
        OptionalLong left = limits.processesLeft();
        String inContainer = left.isPresent() ? ", " + left.getAsLong() + " more in this container" : "";
        findings.line("processes", known(limits.processes()) + " per user" + inContainer);
        long needed = (long) THREADS_PER_WORKER * options.workers();
        if (left.isPresent() && left.getAsLong() < needed) {
            findings.problem("there is no room for the threads of " + counted(options.workers()) + ": "
                    + left.getAsLong() + " left, " + needed
                    + " needed; raise the container's limit of processes (pids), or take fewer workers");
        }
    }

    private static String counted(int workers) {
        return workers == 1 ? "1 worker" : workers + " workers";
    }

    private static String known(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "no known limit";
    }

    private static String megabytes(long bytes) {
        return bytes / MIB + " MB";
    }
}

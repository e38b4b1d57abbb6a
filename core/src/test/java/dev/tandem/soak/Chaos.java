package dev.tandem.soak;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Sends signals to the workers of one runner, at random, until it is told to stop. */
final class Chaos implements Runnable {

    /** How long a task's child sleeps: a number that nobody else on this machine would think of. */
    static final String CHILD_SECONDS = "86399.0625";

    /** Most often the one that no process can catch; a stopped worker may be woken again, or not. */
    private static final List<String> SIGNALS =
            List.of("KILL", "KILL", "KILL", "STOP", "STOP", "CONT", "CONT", "TERM", "SEGV", "QUIT");

    private static final Map<String, AtomicLong> SENT = new ConcurrentHashMap<>();

    private final String runnerName;
    private final Random random;

    private volatile boolean over;

    Chaos(String runnerName, Random random) {
        this.runnerName = runnerName;
        this.random = random;
    }

    void stop() {
        over = true;
    }

    @Override
    public void run() {
        Set<ProcessHandle> seen = new HashSet<>();
        while (!over) {
            LockSupport.parkNanos((20 + random.nextInt(250)) * 1_000_000L);
            List<ProcessHandle> all = workersOf(runnerName);
            // three starts in a row that are killed break a runner for good, and nothing more would happen
            boolean youngOnes = random.nextInt(6) == 0;
            List<ProcessHandle> workers = all.stream()
                    .filter(worker -> youngOnes || seen.contains(worker))
                    .toList();
            seen.addAll(all);
            if (!over && !workers.isEmpty()) {
                boolean each = random.nextInt(25) == 0;
                String signal = SIGNALS.get(random.nextInt(SIGNALS.size()));
                List<ProcessHandle> targets = each ? workers : List.of(workers.get(random.nextInt(workers.size())));
                targets.stream().filter(ProcessHandle::isAlive).forEach(worker -> signal(signal, worker.pid()));
            }
        }
    }

    /** Children of this JVM, never anything else: their command line names the runner. */
    static List<ProcessHandle> workersOf(String runnerName) {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(" " + runnerName + " "))
                .toList();
    }

    /** Children of tasks that have outlived their workers. */
    static List<ProcessHandle> childrenOfTasks() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith("sleep " + CHILD_SECONDS))
                .toList();
    }

    static String sent() {
        return SENT.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    static void signal(String signal, long pid) {
        try {
            SENT.computeIfAbsent(signal, name -> new AtomicLong()).incrementAndGet();
            new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

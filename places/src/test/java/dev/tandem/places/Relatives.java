package dev.tandem.places;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a process has started, and what that has started in turn: told by a mark in the environment, which is inherited, where the
 * system shows it ({@code /proc}); elsewhere only by descent.
 */
final class Relatives {

    private static final Path PROCESSES = Path.of("/proc");
    private static final String VARIABLE = "TANDEM_PLACE";
    private static final long LAST_MOMENT_MILLIS = 2_000; // a process that was killed takes a moment to be gone

    private final String entry;

    private Relatives(String entry) {
        this.entry = entry;
    }

    /** Marks a process that is about to be started. */
    static Relatives mark(Map<String, String> environment, String mark) {
        environment.put(VARIABLE, mark);
        return new Relatives(VARIABLE + "=" + mark);
    }

    /** Which of them still live a moment after the first process has ended. */
    List<String> left() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_MOMENT_MILLIS);
        List<ProcessHandle> alive = alive();
        while (!alive.isEmpty() && System.nanoTime() < end) {
            CompletableFuture.anyOf(alive.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .completeOnTimeout(null, 50, TimeUnit.MILLISECONDS)
                    .join();
            alive = alive();
        }
        return alive.stream()
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse("?"))
                .toList();
    }

    /** Ends the first process and all of them. */
    void end(ProcessHandle first) {
        List<ProcessHandle> all = Stream.of(first.descendants(), alive().stream(), Stream.of(first))
                .flatMap(handles -> handles)
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private List<ProcessHandle> alive() {
        if (!Files.isDirectory(PROCESSES.resolve("self"))) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(PROCESSES)) {
            return all.filter(process ->
                            Character.isDigit(process.getFileName().toString().charAt(0)))
                    .filter(this::isMarked)
                    .flatMap(process -> ProcessHandle.of(
                            Long.parseLong(process.getFileName().toString()))
                            .stream())
                    .filter(ProcessHandle::isAlive)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private boolean isMarked(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1)
                    .contains(entry);
        } catch (IOException e) {
            return false; // gone meanwhile, or somebody else's
        }
    }
}

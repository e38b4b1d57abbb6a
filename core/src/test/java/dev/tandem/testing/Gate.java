package dev.tandem.testing;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A latch that tasks wait at, in this JVM or in a worker: closed until the test opens it. A file, so that it travels.
 *
 * @param file exists once the gate is open
 */
public record Gate(String file) implements Serializable {

    private static final long POLL_NANOS = 500_000;

    /** Lets everybody through, now and later. */
    public void open() {
        try {
            Files.createFile(Path.of(file));
        } catch (FileAlreadyExistsException e) {
            // open already
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it was opened; it is for whoever outlives the test, too. */
    public boolean isOpen() {
        Path gate = Path.of(file);
        return Files.exists(gate) || !Files.exists(gate.getParent());
    }

    /** Waits, as a well-behaved task does. */
    public void await() throws InterruptedException {
        while (!isOpen()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted at the gate");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Waits, as a task does that ignores interruption; only the gate, or the death of the JVM, ends it. */
    public void awaitStubbornly() {
        boolean interrupted = false;
        while (!isOpen()) {
            interrupted |= Thread.interrupted(); // a set flag would turn the pause below into a busy loop
            LockSupport.parkNanos(POLL_NANOS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

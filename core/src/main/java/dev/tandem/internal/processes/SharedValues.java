package dev.tandem.internal.processes;

import dev.tandem.NotTransferableException;
import dev.tandem.NotTransferableException.Part;
import dev.tandem.Shared;
import dev.tandem.TaskRef;
import dev.tandem.internal.engine.Runner;
import dev.tandem.internal.protocol.RemoteShared;
import dev.tandem.internal.protocol.SharedFile;
import dev.tandem.internal.task.SharingScope;
import dev.tandem.ipc.EncodingException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The values that a runner shares with its workers: a file each, in one of the runner's private directories.
 *
 * <p>If one has no room, or cannot be made, the next is tried: what is full is a disk or a part of memory, and the other may not be. That this was needed is told, since it
 * may be slower, or take memory that workers were to have.
 *
 * <p>A file must outlive the tasks that know its name. So whoever encodes a task gets the handles that went into it, and keeps them as
 * long as the task may run; a handle that nobody keeps is cleaned, and its file with it. What is left goes with the directory.
 *
 * <p>Thread-safe.
 */
final class SharedValues {

    private static final Logger log = LoggerFactory.getLogger(SharedValues.class);

    private final String runner;
    private final List<RunDirectory> directories;
    private final Consumer<Class<?>> used;
    private final Consumer<String> told;
    private final AtomicLong made = new AtomicLong();
    private volatile boolean closed;

    /**
     * Shares none yet.
     *
     * @param directories where to write them, best first
     * @param used told of each class of a value
     * @param told told that another directory than the first had to be used, and why
     */
    SharedValues(String runner, List<RunDirectory> directories, Consumer<Class<?>> used, Consumer<String> told) {
        this.runner = runner;
        this.directories = List.copyOf(directories);
        this.used = used;
        this.told = told;
    }

    /** Writes a value to a file, as it is now. */
    <T> Shared<T> share(T value) {
        long number = made.incrementAndGet();
        String name = "shared value " + number + " of " + runner;
        boolean interrupted = Thread.interrupted(); // it would close the file under the writer
        try {
            return new Owned<>(this, value, write(value, "shared-" + number, name), name);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Path write(Object value, String file, String name) {
        List<IOException> refusals = new ArrayList<>(0);
        for (RunDirectory directory : directories) {
            try {
                Path whole = directory.path().toAbsolutePath().resolve(file);
                SharedFile.write(whole, value, used);
                if (!refusals.isEmpty()) {
                    String fallback = "the " + name + " was written to " + whole + ", because: " + refusals.get(0);
                    log.warn("{}: {}", runner, fallback);
                    told.accept(fallback);
                }
                return whole;
            } catch (EncodingException e) {
                throw new NotTransferableException(TaskRef.NONE, Part.ARGUMENT, e);
            } catch (IOException e) {
                refusals.add(e);
            } catch (UncheckedIOException e) { // there is no directory
                refusals.add(e.getCause());
            }
        }
        UncheckedIOException none = new UncheckedIOException(
                "the " + name
                        + " could not be written anywhere: make room, or let java.io.tmpdir be where there is some",
                refusals.get(0));
        refusals.stream().skip(1).forEach(none::addSuppressed);
        throw none;
    }

    /** The runner has ended; its directory goes, too. */
    void close() {
        closed = true;
    }

    /** Says that this thread encodes for this runner; the handles that are met are added. As {@link SharingScope#enter}. */
    @Nullable
    Object encoding(List<Shared<?>> met) {
        return SharingScope.enter(new Scope(this, met));
    }

    /** Where handles note that they have travelled. */
    private record Scope(SharedValues values, List<Shared<?>> travelling) {}

    /** The handle in this JVM. */
    private static final class Owned<T> implements Shared<T> {

        private static final long serialVersionUID = 1L;

        private final transient SharedValues owner;
        private final transient T value;
        private final transient Path file;
        private final transient String name;
        private final transient Removal removal;
        private final transient Cleaner.Cleanable cleanable;

        Owned(SharedValues owner, T value, Path file, String name) {
            this.owner = owner;
            this.value = ofItsOwnPosition(value);
            this.file = file;
            this.name = name;
            this.removal = new Removal(file);
            this.cleanable = Runner.whenForgotten(this, removal);
        }

        @Override
        public T get() {
            if (isReleased()) {
                throw new IllegalStateException(
                        name + " was released: " + (owner.closed ? "its runner has ended" : "it was closed"));
            }
            return ofItsOwnPosition(value);
        }

        @SuppressWarnings("unchecked") // a duplicate of a ByteBuffer is one
        private static <T> T ofItsOwnPosition(T value) {
            return value instanceof ByteBuffer buffer ? (T) buffer.duplicate().order(buffer.order()) : value;
        }

        @Override
        public void close() {
            cleanable.clean();
        }

        private boolean isReleased() {
            return owner.closed || removal.done.get();
        }

        private Object writeReplace() throws ObjectStreamException {
            if (!(SharingScope.current() instanceof Scope scope) || scope.values() != owner) {
                throw new InvalidObjectException("the " + name
                        + " belongs to that runner alone: share the value on the runner that is to run the task");
            }
            if (isReleased()) {
                throw new InvalidObjectException("the " + name + " was released: share it again, or close it later");
            }
            scope.travelling().add(this);
            return new RemoteShared<T>(file, name);
        }

        @Override
        public String toString() {
            return "Shared[" + name + (isReleased() ? ", released]" : "]");
        }
    }

    /** Deletes a file; knows nothing of the handle. */
    private static final class Removal implements Runnable {

        private final Path file;
        private final AtomicBoolean done = new AtomicBoolean();

        Removal(Path file) {
            this.file = file;
        }

        @Override
        public void run() {
            done.set(true);
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // the directory goes when the runner does
            }
        }
    }
}

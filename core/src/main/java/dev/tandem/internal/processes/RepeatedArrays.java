package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Runner;
import dev.tandem.ipc.PrimitiveArrays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices large arrays that task after task has captured, and has them shared.
 *
 * <p><b>Why.</b> A table of 100 MB in a lambda is copied when the task is submitted, cut into frames, checked, and put together again, for each task. Whoever
 * knows that uses {@code share}; this is for everybody else, so it may change nothing but the time.
 *
 * <p><b>How.</b> An array that is met for the {@value #TIMES}rd time is written to a file, and from then on tasks take the file's name along instead of
 * the array, if that still is what is in the file: all of it is compared each time, which costs less than the copy, and no hash can be wrong. A worker maps the
 * file and makes a copy of the array for each task. So each task has an array of its own, as it was when the task was submitted.
 *
 * <pre>
 *   seen 1, 2 ──met──▶ written by who meets it; meanwhile others copy ──▶ shared ──differs, or a worker cannot open it──▶ rests
 *       ▲                    └──no room, or no file──▶ rests                                                               │
 *       └──────────────────────────────────────── was met {@value #RESTS} times more ──────────────────────────────────────┘
 * </pre>
 *
 * <p><b>What is kept.</b> {@value #MOST} arrays, met last, weakly; files of {@value #MOST_BYTES} bytes at most and each no more than a quarter of the room that is
 * left on its disk. A file goes when its array has, when it differs, or with the runner, and when no task needs it any more. If three times a worker could not open a file,
 * no more are made.
 *
 * <p>Thread-safe. No lock is held over a comparison, or while a file is written.
 */
final class RepeatedArrays {

    /** Smaller: a file and a map cost as much as the bytes. */
    static final long LEAST_BYTES = 1 << 20;

    /** Sooner: a second task is no habit yet; later: more copies. */
    static final int TIMES = 3;

    /** An array that changes between tasks costs a file each time; so it is tried seldom. */
    static final int RESTS = 64;

    private static final int MOST = 64;
    private static final long MOST_BYTES = 1L << 30;
    private static final int ROOM_FACTOR = 4;
    private static final int MOST_REFUSALS = 3;

    private final @Nullable RunDirectory directory;
    private final Consumer<String> told;
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicInteger refusals = new AtomicInteger();

    // --- guarded by this ---
    private final Deque<Watched> watched = new ArrayDeque<>(); // met last comes first
    private boolean closed;

    /**
     * Watches for arrays.
     *
     * @param directory where to write their files; null if there are to be none
     * @param told told that an array is sent after all, since its file could not be written or read
     */
    RepeatedArrays(@Nullable RunDirectory directory, Consumer<String> told) {
        this.directory = directory;
        this.told = told;
    }

    /** What stands for an array in a task that captures it; null if the task is to have a copy. */
    @Nullable
    ArrayInFile standInFor(Object array) {
        long bytes = PrimitiveArrays.bytesOf(array);
        RunDirectory place = directory;
        if (place == null || bytes < LEAST_BYTES || refusals.get() >= MOST_REFUSALS) {
            return null;
        }
        Watched met = meet(array);
        if (met == null) {
            return null;
        }
        ArrayInFile known = met.file();
        if (known == null) {
            if (!met.isDue()) {
                return null;
            }
            known = write(place, array, bytes);
            if (known == null || !met.keep(known, array) || isClosed()) {
                met.rest();
                return null;
            }
            return known;
        }
        if (known.isRefused() || !known.holds(array)) {
            met.rest();
            return null;
        }
        return known;
    }

    private synchronized @Nullable Watched meet(Object array) {
        if (closed) {
            return null;
        }
        Watched found = null;
        for (Iterator<Watched> all = watched.iterator(); all.hasNext(); ) {
            Watched one = all.next();
            Object known = one.array.get();
            if (known == array) {
                found = one;
            }
            if (known == array || known == null) {
                all.remove();
            }
        }
        if (found == null) {
            found = new Watched(array);
        }
        watched.addFirst(found);
        if (watched.size() > MOST) {
            watched.removeLast().rest();
        }
        return found;
    }

    private @Nullable ArrayInFile write(RunDirectory place, Object array, long bytes) {
        boolean interrupted = Thread.interrupted(); // it would close the file under the writer
        boolean written = false;
        usedBytes.addAndGet(bytes);
        try {
            if (usedBytes.get() > MOST_BYTES) {
                return null;
            }
            Path whole = place.path().toAbsolutePath();
            long room = Files.getFileStore(whole).getUsableSpace() / ROOM_FACTOR;
            if (room < bytes) {
                isSent(bytes, "a file in " + whole + " may have " + room + " bytes, a quarter of the room there");
                return null;
            }
            ArrayInFile file = ArrayInFile.write(whole.resolve("array-" + made.incrementAndGet()), array, usedBytes);
            written = true;
            return file;
        } catch (IOException | UncheckedIOException e) {
            isSent(bytes, e.toString());
            return null;
        } catch (IllegalStateException | OutOfMemoryError e) {
            return null; // the runner has ended, or there is no memory to tell anybody: it travels as ever
        } finally {
            if (!written) {
                usedBytes.addAndGet(-bytes);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void isSent(long bytes, String why) {
        told.accept("an array of " + bytes + " bytes that tasks repeat is sent with each of them, because: " + why);
    }

    /** A worker could not open the files of some code. */
    void refused(List<?> arrays) {
        refusals.incrementAndGet();
        told.accept("arrays that tasks repeat were sent after all, because a worker could not open their files");
        for (Object array : arrays) {
            if (array instanceof ArrayInFile file) {
                file.refuse();
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** The runner has ended; its directory goes, too. */
    void close() {
        List<Watched> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(watched);
            watched.clear();
        }
        all.forEach(Watched::rest);
    }

    /** An array that was met. Knows nothing of the runner, so that an array that lives long keeps no runner. */
    private static final class Watched {

        private final WeakReference<Object> array;

        // --- guarded by this ---
        private int seen;
        private @Nullable ArrayInFile file;
        private Cleaner.@Nullable Cleanable whenForgotten;

        Watched(Object array) {
            this.array = new WeakReference<>(array);
        }

        synchronized @Nullable ArrayInFile file() {
            return file;
        }

        /** Whether it was met so often that whoever has just met it is to write it. */
        synchronized boolean isDue() {
            return ++seen == TIMES;
        }

        synchronized boolean keep(ArrayInFile written, Object of) {
            if (file != null) {
                return false; // it rested and came back, all while it was written
            }
            file = written;
            whenForgotten = Runner.whenForgotten(of, this::letGo);
            return true;
        }

        private synchronized void letGo() {
            file = null;
        }

        /** It has no file, and will not for a while. */
        void rest() {
            Cleaner.Cleanable registered;
            synchronized (this) {
                seen = -RESTS;
                file = null;
                registered = whenForgotten;
                whenForgotten = null;
            }
            if (registered != null) {
                registered.clean();
            }
        }
    }
}

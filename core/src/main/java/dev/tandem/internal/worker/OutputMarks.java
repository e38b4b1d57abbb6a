package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.OutputMark;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongSupplier;

/**
 * Says in the worker's output itself which task prints, so that no line is taken for another task's.
 *
 * <p>A mark comes before the first output of a task, and one that takes it back when the task has ended; a task that prints
 * nothing costs none. Both standard streams share the marks, since they share their reader. What is printed past {@code
 * System.out} and {@code System.err} has no mark of its own.
 *
 * <p>Safe for use by any number of threads. The monitor is held while writing, so that a mark and what it is for stay together;
 * nothing of the user's runs under it.
 */
final class OutputMarks {

    private volatile LongSupplier task = new Always(OutputMark.NOBODY);
    private volatile boolean written; // something was, since it was asked last

    // --- guarded by this ---
    private long marked = OutputMark.SILENCE;
    private OutputStream lastWritten = OutputStream.nullOutputStream();

    /** From now on this task runs, or {@link OutputMark#NOBODY}. */
    void runs(long taskId) {
        run(new Always(taskId));
    }

    /** From now on tasks run one after the other, of which this says the one that does. */
    synchronized void run(LongSupplier tasks) {
        task = tasks;
        if (marked != OutputMark.SILENCE) {
            try {
                mark(lastWritten, OutputMark.SILENCE);
                lastWritten.flush();
            } catch (IOException e) {
                // nobody reads what is printed here
            }
        }
    }

    /** Whether anything was printed since this was asked last, so that it may have to be flushed. */
    boolean areWritten() {
        boolean were = written;
        if (were) {
            written = false; // first: what is printed from here on is for the next who asks
        }
        return were;
    }

    /** The task that runs, or {@link OutputMark#NOBODY}. */
    long task() {
        return task.getAsLong();
    }

    /** The same stream with marks in it. */
    OutputStream in(OutputStream stream) {
        return new Marked(stream);
    }

    private synchronized void write(OutputStream to, byte[] bytes, int offset, int length) throws IOException {
        long speaker = task.getAsLong();
        if (length > 0 && marked != speaker) {
            mark(to, speaker);
        }
        to.write(bytes, offset, length);
        lastWritten = to;
        written = true;
    }

    private void mark(OutputStream to, long speaker) throws IOException {
        marked = speaker;
        to.write(OutputMark.of(speaker));
    }

    /** The same task all the time; not a lambda, for the first one costs a starting JVM some milliseconds. */
    private record Always(long taskId) implements LongSupplier {

        @Override
        public long getAsLong() {
            return taskId;
        }
    }

    private final class Marked extends OutputStream {

        private final OutputStream stream;

        Marked(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            OutputMarks.this.write(stream, bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }
    }
}

package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.OutputMark;
import dev.tandem.internal.protocol.OutputMark.Finder.Found;

/**
 * Cuts what a worker prints into lines, each of one speaker, and takes the {@linkplain OutputMark marks} out.
 *
 * <p>A line ends where it ends, where it is too long, and where somebody else goes on in the middle of it. Used by one thread.
 */
final class OutputLines {

    private final byte[] line;
    private final Sink sink;
    private final OutputMark.Finder marks = new OutputMark.Finder();

    private int length;
    private long speaker = OutputMark.SILENCE; // of what there is of the line

    /** Takes the lines. */
    interface Sink {

        /**
         * Takes a line.
         *
         * @param bytes hold the line, without its end; they are used again after the call
         * @param length how many they are
         * @param speaker a task's id, {@link OutputMark#NOBODY} or {@link OutputMark#SILENCE}
         */
        void take(byte[] bytes, int length, long speaker);
    }

    OutputLines(int maxLineBytes, Sink sink) {
        this.line = new byte[maxLineBytes];
        this.sink = sink;
    }

    /** The next {@code count} bytes. */
    void add(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            Found found = marks.next(bytes[i]);
            if (found == Found.NO_MARK) {
                for (byte held : marks.held()) {
                    append(held);
                }
                found = marks.next(bytes[i]);
            }
            if (found == Found.OUTPUT) {
                append(bytes[i]);
            } else if (found == Found.MARK && length > 0 && speaker != marks.speaker()) {
                emit();
            }
        }
    }

    /** Nothing comes any more; half a mark is none of the output either. */
    void end() {
        if (length > 0) {
            emit();
        }
    }

    private void append(byte next) {
        speaker = marks.speaker();
        if (next != '\n') {
            line[length++] = next;
        }
        if (next == '\n' || length == line.length) {
            emit();
        }
    }

    private void emit() {
        int end = length;
        length = 0; // first: the next line begins here, whatever becomes of this one
        sink.take(line, end, speaker);
    }
}

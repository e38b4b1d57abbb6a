package dev.tandem.internal.protocol;

import java.nio.charset.StandardCharsets;

/**
 * What a worker puts between the lines that it prints, to say who prints what follows.
 *
 * <pre>
 *   | 0x1e 0x01 "task " | digits of the task's id, "0" or "-" | '\n' |
 * </pre>
 *
 * A task that prints the same is taken by its word: it can blame its own output on another one, nothing else.
 *
 * <p>Stateless, safe for use by any number of threads.
 */
public final class OutputMark {

    /** Code that belongs to no task. */
    public static final long NOBODY = 0;

    /** Nobody who marks what he prints: what follows comes from native code or a child process. */
    public static final long SILENCE = -1;

    /** How each mark begins; its first byte is nowhere else in it. */
    private static final byte[] HEAD = "\u001e\u0001task ".getBytes(StandardCharsets.US_ASCII);

    private static final int MAX_DIGITS = 18;

    private OutputMark() {}

    /**
     * Makes a mark.
     *
     * @param speaker the id of a task, {@link #NOBODY} or {@link #SILENCE}
     * @return its bytes
     */
    public static byte[] of(long speaker) {
        String name = speaker == SILENCE ? "-" : Long.toString(speaker);
        byte[] end = (name + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] mark = new byte[HEAD.length + end.length];
        System.arraycopy(HEAD, 0, mark, 0, HEAD.length);
        System.arraycopy(end, 0, mark, HEAD.length, end.length);
        return mark;
    }

    /**
     * Finds marks in a stream of bytes, wherever it was cut.
     *
     * <p>Used by one thread.
     */
    public static final class Finder {

        private final byte[] held = new byte[HEAD.length + MAX_DIGITS + 1];
        private int length;
        private long speaker = SILENCE;

        /** What a byte turned out to be. */
        public enum Found {
            /** A part of what was printed. */
            OUTPUT,
            /** A part of a mark, perhaps. */
            HELD,
            /** The end of a mark: the {@link #speaker} may be another one now. */
            MARK,
            /** The first byte that shows that what was {@linkplain #held held} was printed; to be looked at again after that. */
            NO_MARK
        }

        /**
         * Looks at the next byte.
         *
         * @param next the byte
         * @return what it is
         */
        public Found next(byte next) {
            if (length == 0 && next != HEAD[0]) {
                return Found.OUTPUT;
            }
            if (length < HEAD.length ? next == HEAD[length] : isDigit(next) && hasRoomForDigit()) {
                held[length++] = next;
                return Found.HELD;
            }
            if (next == '-' && length == HEAD.length) {
                held[length++] = next;
                return Found.HELD;
            }
            if (next == '\n' && length > HEAD.length) {
                speaker = held[HEAD.length] == '-'
                        ? SILENCE
                        : Long.parseLong(
                                new String(held, HEAD.length, length - HEAD.length, StandardCharsets.US_ASCII));
                length = 0;
                return Found.MARK;
            }
            return Found.NO_MARK;
        }

        /**
         * What was held back and is no mark.
         *
         * @return its bytes, which are forgotten here
         */
        public byte[] held() {
            byte[] released = new byte[length];
            System.arraycopy(held, 0, released, 0, length);
            length = 0;
            return released;
        }

        /**
         * Who prints now.
         *
         * @return the id of a task, {@link #NOBODY} or {@link #SILENCE}
         */
        public long speaker() {
            return speaker;
        }

        private boolean hasRoomForDigit() {
            return length < HEAD.length + MAX_DIGITS && (length == HEAD.length || held[HEAD.length] != '-');
        }

        private static boolean isDigit(byte next) {
            return next >= '0' && next <= '9';
        }
    }
}

package dev.tandem.internal.protocol;

import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.TransportException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a {@link PortableThrowable}.
 *
 * <pre>
 *   throwable: | className text | message text or null | frames int | frame* | causes byte 0..1 | throwable? |
 *              | suppressed int | throwable* |
 *   frame:     | loader text or null | module text or null | version text or null | class text | method text |
 *              | file text or null | line int |
 * </pre>
 */
final class ThrowableFormat {

    private static final int MIN_FRAME_BYTES = 7 * 4;
    private static final int MIN_THROWABLE_BYTES = 4 + 4 + 4 + 1 + 4;

    /** {@link PortableThrowable#of} puts one line of text below its deepest throwable. */
    private static final int MAX_DEPTH = PortableThrowable.MAX_DEPTH + 1;

    /** The same line after each throwable's last suppressed one, and where it stopped. */
    private static final int MAX_SUPPRESSED = PortableThrowable.MAX_SUPPRESSED + 1;

    private static final int MAX_THROWABLES = PortableThrowable.MAX_THROWABLES * (MAX_SUPPRESSED + 2);

    /** What was cut ends with a remark. */
    private static final int MAX_MESSAGE_CHARS = PortableThrowable.MAX_MESSAGE_CHARS + 64;

    private ThrowableFormat() {}

    static void put(PortableThrowable throwable, PayloadWriter to) {
        to.putText(throwable.className());
        to.putText(throwable.message());
        to.putInt(throwable.frames().size());
        for (StackTraceElement frame : throwable.frames()) {
            to.putText(frame.getClassLoaderName());
            to.putText(frame.getModuleName());
            to.putText(frame.getModuleVersion());
            to.putText(frame.getClassName());
            to.putText(frame.getMethodName());
            to.putText(frame.getFileName());
            to.putInt(frame.getLineNumber());
        }
        PortableThrowable cause = throwable.cause();
        to.putByte(cause == null ? 0 : 1);
        if (cause != null) {
            put(cause, to);
        }
        to.putInt(throwable.suppressed().size());
        for (PortableThrowable suppressed : throwable.suppressed()) {
            put(suppressed, to);
        }
    }

    /**
     * Reads a throwable that may be no larger than {@link PortableThrowable#of} makes one, since what sent it may be hostile.
     */
    static PortableThrowable get(PayloadReader from) throws TransportException {
        return new Reading(from).get(0);
    }

    /** One walk through what was sent, with what it has spent so far. */
    private static final class Reading {
        private final PayloadReader from;
        private int throwablesLeft = MAX_THROWABLES;
        private int framesLeft = PortableThrowable.MAX_TOTAL_FRAMES;

        Reading(PayloadReader from) {
            this.from = from;
        }

        PortableThrowable get(int depth) throws TransportException {
            // Bytes from outside decide how deep this recursion goes.
            if (depth > MAX_DEPTH) {
                throw from.malformed("throwables nested deeper than " + MAX_DEPTH);
            }
            if (--throwablesLeft < 0) {
                throw from.malformed("more than " + MAX_THROWABLES + " throwables");
            }
            String className = from.getText("class of throwable");
            String message = from.getTextOrNull("message of throwable");
            if (message != null && message.length() > MAX_MESSAGE_CHARS) {
                throw from.malformed("a message of " + message.length() + " characters, limit " + MAX_MESSAGE_CHARS);
            }
            List<StackTraceElement> frames = frames();
            int causes = from.getByte("number of causes");
            if (causes > 1) {
                throw from.malformed(causes + " causes of one throwable");
            }
            PortableThrowable cause = causes == 0 ? null : get(depth + 1);
            int suppressedCount = from.getCount(MIN_THROWABLE_BYTES, "suppressed throwables");
            if (suppressedCount > MAX_SUPPRESSED) {
                throw from.malformed(suppressedCount + " suppressed throwables, limit " + MAX_SUPPRESSED);
            }
            List<PortableThrowable> suppressed = new ArrayList<>(suppressedCount);
            for (int i = 0; i < suppressedCount; i++) {
                suppressed.add(get(depth + 1));
            }
            return new PortableThrowable(className, message, frames, cause, suppressed);
        }

        private List<StackTraceElement> frames() throws TransportException {
            int count = from.getCount(MIN_FRAME_BYTES, "frames");
            framesLeft -= count;
            if (framesLeft < 0) {
                throw from.malformed("more than " + PortableThrowable.MAX_TOTAL_FRAMES + " frames");
            }
            List<StackTraceElement> frames = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                frames.add(new StackTraceElement(
                        from.getTextOrNull("loader of frame"),
                        from.getTextOrNull("module of frame"),
                        from.getTextOrNull("module version of frame"),
                        from.getText("class of frame"),
                        from.getText("method of frame"),
                        from.getTextOrNull("file of frame"),
                        from.getInt("line of frame")));
            }
            return frames;
        }
    }
}

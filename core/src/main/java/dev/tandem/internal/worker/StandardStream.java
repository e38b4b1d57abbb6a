package dev.tandem.internal.worker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * {@code System.out} or {@code System.err} of a worker, which says who prints and which a task cannot close for those that come
 * after it.
 *
 * <p>Whoever closes it closes it for nobody: loggers keep a reference, and there is no way to open the descriptor again. Safe
 * for use by any number of threads.
 */
final class StandardStream extends PrintStream {

    private final PrintStream guarded;

    private volatile boolean closed;

    private StandardStream(PrintStream guarded, OutputStream to, Charset charset) {
        super(to, true, charset);
        this.guarded = guarded;
    }

    /** Puts guards in the place of both; for the main class of a worker, before any code of the user's runs. */
    static void install(OutputMarks marks) {
        System.setOut(guard(System.out, marks, "stdout.encoding"));
        System.setErr(guard(System.err, marks, "stderr.encoding"));
    }

    private static StandardStream guard(PrintStream stream, OutputMarks marks, String encoding) {
        return new StandardStream(stream, marks.in(stream), charset(encoding));
    }

    @Override
    public boolean checkError() {
        return super.checkError() || guarded.checkError();
    }

    /** Notes it, and leaves the stream open. */
    @Override
    public void close() {
        flush();
        closed = true;
    }

    /** Whether both are where {@link #install} has put them. */
    static boolean areInPlace() {
        return System.out instanceof StandardStream && System.err instanceof StandardStream;
    }

    /** Whether it was closed since the last call. */
    boolean forgetClose() {
        boolean wasClosed = closed;
        if (wasClosed) {
            closed = false;
        }
        return wasClosed;
    }

    /** What the JVM itself encodes with, so that the guard changes nothing. */
    private static Charset charset(String property) {
        String name = named(property);
        try {
            return name == null ? Charset.defaultCharset() : Charset.forName(name);
        } catch (IllegalArgumentException unknown) {
            return Charset.defaultCharset();
        }
    }

    private static @Nullable String named(String property) {
        String name = System.getProperty(property);
        return name != null ? name : System.getProperty("sun." + property); // its name before Java 19
    }
}

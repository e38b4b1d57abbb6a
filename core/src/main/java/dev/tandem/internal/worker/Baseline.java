package dev.tandem.internal.worker;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;

/**
 * What a task finds, and what is restored after it: the part of the JVM's state that is cheap to restore.
 *
 * <p>Captured after the start action, which may change any of it for good. System properties, the time zone and threads
 * that a task left behind are not restored. Used by the task thread only.
 */
final class Baseline {

    private final Thread thread = Thread.currentThread();
    private final String threadName = thread.getName();
    private final int priority = thread.getPriority();
    private final ClassLoader loader = thread.getContextClassLoader();
    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Locale locale = Locale.getDefault();
    private final Locale display = Locale.getDefault(Locale.Category.DISPLAY);
    private final Locale format = Locale.getDefault(Locale.Category.FORMAT);

    /** Captures the state of the JVM and of the current thread. */
    Baseline() {}

    @SuppressWarnings("ThreadPriorityCheck") // put back, not relied on
    void restore() {
        if (thread.getContextClassLoader() != loader) {
            thread.setContextClassLoader(loader);
        }
        if (thread.getPriority() != priority) {
            thread.setPriority(priority);
        }
        thread.setName(threadName);
        if (System.in != in) {
            System.setIn(in);
        }
        if (System.out != out) {
            System.setOut(out);
        }
        if (System.err != err) {
            System.setErr(err);
        }
        restoreLocale();
    }

    private void restoreLocale() {
        if (!Locale.getDefault().equals(locale)) {
            Locale.setDefault(locale);
        }
        if (!Locale.getDefault(Locale.Category.DISPLAY).equals(display)) {
            Locale.setDefault(Locale.Category.DISPLAY, display);
        }
        if (!Locale.getDefault(Locale.Category.FORMAT).equals(format)) {
            Locale.setDefault(Locale.Category.FORMAT, format);
        }
    }
}

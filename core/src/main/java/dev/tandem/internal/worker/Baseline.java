package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Finding;
import dev.tandem.internal.protocol.Finding.Kind;
import java.io.FileDescriptor;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a task finds, and what is put back after it: the part of the JVM's state that is cheap to put back.
 *
 * <p>Captured after the start action, which may change any of it for good. It looks at references and numbers only, and
 * calls no code of the user's. Used by the task thread only.
 */
final class Baseline {

    private final Thread thread = Thread.currentThread();
    private final String threadName = thread.getName();
    private final int priority = thread.getPriority();
    private final @Nullable ClassLoader loader = thread.getContextClassLoader();
    private final Thread.UncaughtExceptionHandler ownHandler = thread.getUncaughtExceptionHandler();
    private final Thread.@Nullable UncaughtExceptionHandler defaultHandler =
            Thread.getDefaultUncaughtExceptionHandler();
    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final boolean hasOut = FileDescriptor.out.valid();
    private final boolean hasErr = FileDescriptor.err.valid();
    private final Locale locale = Locale.getDefault();
    private final Locale display = Locale.getDefault(Locale.Category.DISPLAY);
    private final Locale format = Locale.getDefault(Locale.Category.FORMAT);

    /** Captures the state of the JVM and of the current thread. */
    Baseline() {}

    /**
     * Puts back what was changed.
     *
     * @param given the name that the thread had when the task began, and is to have
     * @param findings gets what was changed
     */
    void restore(String given, List<Finding> findings) {
        restoreThread(given, findings);
        restoreStreams(findings);
        restoreLocale(findings);
        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        if (handler != defaultHandler) {
            Thread.setDefaultUncaughtExceptionHandler(defaultHandler);
            String found = handler == null ? "none" : handler.getClass().getName();
            findings.add(new Finding(Kind.UNCAUGHT_HANDLER, true, "default uncaught exception handler: " + found));
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // put back, not relied on
    private void restoreThread(String given, List<Finding> findings) {
        ClassLoader found = thread.getContextClassLoader();
        if (found != loader) {
            thread.setContextClassLoader(loader);
            String name = found == null ? "none" : found.getClass().getName();
            findings.add(new Finding(Kind.TASK_THREAD, true, "context class loader of the task thread: " + name));
        }
        if (thread.getPriority() != priority) {
            findings.add(new Finding(Kind.TASK_THREAD, true, "priority of the task thread: " + thread.getPriority()));
            thread.setPriority(priority);
        }
        if (thread.getUncaughtExceptionHandler() != ownHandler) {
            thread.setUncaughtExceptionHandler(ownHandler == thread.getThreadGroup() ? null : ownHandler);
            findings.add(new Finding(Kind.TASK_THREAD, true, "uncaught exception handler of the task thread"));
        }
        if (!thread.getName().equals(given)) {
            findings.add(new Finding(Kind.TASK_THREAD, true, "name of the task thread: " + thread.getName()));
            thread.setName(given);
        }
    }

    /** Names the thread as it was named before all tasks. */
    void nameAsBefore() {
        thread.setName(threadName);
    }

    private void restoreStreams(List<Finding> findings) {
        if (System.in != in) {
            System.setIn(in);
            findings.add(new Finding(Kind.STREAMS, true, "System.in was replaced"));
        }
        if (System.out != out) {
            System.setOut(out);
            findings.add(new Finding(Kind.STREAMS, true, "System.out was replaced"));
        }
        if (System.err != err) {
            System.setErr(err);
            findings.add(new Finding(Kind.STREAMS, true, "System.err was replaced"));
        }
        if (out instanceof StandardStream stream && stream.forgetClose()) {
            findings.add(new Finding(Kind.STREAMS, true, "System.out was closed"));
        }
        if (err instanceof StandardStream stream && stream.forgetClose()) {
            findings.add(new Finding(Kind.STREAMS, true, "System.err was closed"));
        }
        if ((hasOut && !FileDescriptor.out.valid()) || (hasErr && !FileDescriptor.err.valid())) {
            findings.add(new Finding(
                    Kind.STREAMS, false, "the file descriptor of System.out or System.err was closed for good"));
        }
    }

    private void restoreLocale(List<Finding> findings) {
        Locale found = Locale.getDefault();
        Locale foundDisplay = Locale.getDefault(Locale.Category.DISPLAY);
        Locale foundFormat = Locale.getDefault(Locale.Category.FORMAT);
        if (found.equals(locale) && foundDisplay.equals(display) && foundFormat.equals(format)) {
            return;
        }
        Locale.setDefault(locale);
        Locale.setDefault(Locale.Category.DISPLAY, display);
        Locale.setDefault(Locale.Category.FORMAT, format);
        findings.add(new Finding(
                Kind.LOCALE,
                true,
                "default locale: " + found.toLanguageTag() + ", display " + foundDisplay.toLanguageTag() + ", format "
                        + foundFormat.toLanguageTag()));
    }
}

package dev.tandem.internal.worker;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends this JVM.
 *
 * <p>It halts where nobody is left to wait for shutdown hooks, and where a hook of the user's hangs. Safe for use by any
 * number of threads.
 */
final class ProcessEnd implements Departure {

    /** The connection ended unasked, or what came over it made no sense. */
    static final int EXIT_ORPHANED = 86;

    /** The start action failed. */
    static final int EXIT_START_FAILED = 1;

    /** Shorter cuts off hooks that write a file; longer keeps an orphan that was told to stop, and whoever closes, waiting. */
    private static final long LAST_WORK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private volatile boolean stopping;

    @Override
    public void stopRequested() {
        stopping = true;
    }

    @Override
    public void orphaned() {
        if (stopping) {
            haltLater(EXIT_ORPHANED);
        } else {
            haltWithChildren(EXIT_ORPHANED);
        }
    }

    @Override
    public void broken(String what, Throwable cause) {
        // Not System.err: a task may have replaced it, or may hold its lock for ever.
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
        err.println("Tandem worker ends: " + what);
        cause.printStackTrace(err);
        haltWithChildren(EXIT_ORPHANED);
    }

    @Override
    public void startFailed() {
        exit(EXIT_START_FAILED);
    }

    @Override
    public void orderly() {
        exit(0);
    }

    private void exit(int code) {
        stopping = true;
        haltLater(code);
        System.exit(code);
    }

    private static void haltLater(int code) {
        Thread watch = new Thread(new LateHalt(code), "tandem-late-halt");
        watch.setDaemon(true);
        watch.start();
    }

    private static void haltWithChildren(int code) {
        try {
            // Once this process is dead its children are somebody else's, and cannot be found any more.
            Iterator<ProcessHandle> descendants =
                    ProcessHandle.current().descendants().iterator();
            while (descendants.hasNext()) {
                descendants.next().destroyForcibly();
            }
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    private record LateHalt(int code) implements Runnable {
        @Override
        public void run() {
            long endNanos = System.nanoTime() + LAST_WORK_NANOS;
            for (long left = LAST_WORK_NANOS; left > 0; left = endNanos - System.nanoTime()) {
                Thread.interrupted();
                LockSupport.parkNanos(left);
            }
            haltWithChildren(code);
        }
    }
}

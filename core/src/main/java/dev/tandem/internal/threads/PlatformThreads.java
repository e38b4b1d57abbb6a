package dev.tandem.internal.threads;

import java.util.concurrent.ThreadFactory;

/** Makes daemon threads that inherit nothing from the thread that happened to submit first. */
final class PlatformThreads {

    private PlatformThreads() {}

    static ThreadFactory factory() {
        return body -> {
            Thread thread = new Thread(null, body, "worker", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            return thread;
        };
    }
}

package dev.tandem.ipc;

/**
 * Shows frames as they pass, one line each: {@code worker 4711 >> RUN 7 412 B} is kind, id and length of a frame sent to
 * that worker, {@code <<} of one received.
 *
 * <p>The parent's side logs to the SLF4J logger {@code dev.tandem.frames} at level debug. A worker does not, since loading
 * SLF4J would slow its start, unless its system property {@code dev.tandem.frames} is {@code true}. Safe for use by any
 * number of threads.
 */
interface FrameLog {

    /** The property that turns the log of a worker on, and the name of the logger. */
    String NAME = "dev.tandem.frames";

    /** Shows nothing. */
    FrameLog OFF = new Silent();

    static FrameLog ofParent() {
        return new Slf4jFrameLog();
    }

    static FrameLog ofWorker() {
        return Boolean.getBoolean(NAME) ? new Slf4jFrameLog() : OFF;
    }

    /** Tells whether calling the others is worth it. */
    boolean isOn();

    void sent(String peer, String kind, long id, long length);

    void received(String peer, String kind, long id, long length);

    /** Its own class, not a lambda or a null: cheap to load. */
    final class Silent implements FrameLog {
        private Silent() {}

        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void sent(String peer, String kind, long id, long length) {}

        @Override
        public void received(String peer, String kind, long id, long length) {}
    }
}

package dev.tandem.internal.processes;

/** How deep runners are nested: a worker JVM may open a runner of its own, whose workers may again. */
final class Nesting {

    static final String DEPTH_PROPERTY = "dev.tandem.depth";

    private static final int MAX_DEPTH = 4; // deeper is a fork bomb in the making rather than a design

    private Nesting() {}

    /** 0 in an application, 1 in its workers. */
    static int depth() {
        return Integer.getInteger(DEPTH_PROPERTY, 0);
    }

    static void check() {
        if (depth() >= MAX_DEPTH) {
            throw new IllegalStateException("worker JVMs are nested too deep: depth=" + depth() + ", limit=" + MAX_DEPTH
                    + ". A task that opens a process runner was itself submitted to such a runner, again and again; use"
                    + " threads() or inline() inside of tasks.");
        }
    }
}

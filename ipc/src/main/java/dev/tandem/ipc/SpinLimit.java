package dev.tandem.ipc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether there is a core to spare for spinning: only while this JVM has fewer workers on rings than cores.
 *
 * <p>The parent counts and tells its workers through the memory that they share, since each of those knows of itself alone.
 * Safe for use by any number of threads.
 */
interface SpinLimit {

    /** Whether this side may spin now. */
    boolean allows();

    /** Lets the other side know, if that has changed. Called by who writes, so that the memory is there. */
    void tell();

    /** The count of this JVM's workers on rings. */
    final class OfParent implements SpinLimit {
        private static final int CORES = Runtime.getRuntime().availableProcessors();
        private static final AtomicInteger WORKERS = new AtomicInteger();

        private final RingMemory memory;

        private boolean told; // guarded by the connection's send lock

        /** Counts one more. */
        OfParent(RingMemory memory) {
            this.memory = memory;
            WORKERS.incrementAndGet();
        }

        @Override
        public boolean allows() {
            return WORKERS.get() < CORES;
        }

        @Override
        public void tell() {
            boolean allowed = allows();
            if (allowed != told) {
                told = allowed;
                memory.allowSpinning(allowed);
            }
        }

        /** Counts one less; called once. */
        void leave() {
            WORKERS.decrementAndGet();
        }
    }

    /** What the parent has told last. */
    final class OfWorker implements SpinLimit {
        private final RingMemory memory;

        OfWorker(RingMemory memory) {
            this.memory = memory;
        }

        @Override
        public boolean allows() {
            return memory.isSpinningAllowed();
        }

        @Override
        public void tell() {}
    }
}

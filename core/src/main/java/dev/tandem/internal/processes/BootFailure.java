package dev.tandem.internal.processes;

import dev.tandem.WorkerStartException;

/**
 * A worker did not become ready.
 *
 * @param report for the user
 * @param ran whether there was a process, which failed by itself; if not, this JVM or the system had no room for one
 */
record BootFailure(WorkerStartException report, boolean ran) {}

/**
 * The engine that runs tasks on a supervised pool of worker JVMs: the supervisor's side.
 *
 * <p>Read in this order: {@link dev.tandem.internal.processes.ProcessEngine} (the whole picture), {@link
 * dev.tandem.internal.processes.Supervisor} (who works, who is started, who is given up), {@link
 * dev.tandem.internal.processes.WorkerHandle} (one worker from start to death certificate).
 */
@NullMarked
package dev.tandem.internal.processes;

import org.jspecify.annotations.NullMarked;

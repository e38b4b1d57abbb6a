/**
 * The engine that runs tasks on a supervised pool of worker JVMs: the supervisor's side.
 *
 * <p>Read in this order: {@link dev.tandem.internal.processes.ProcessEngine} (the whole picture), {@link
 * dev.tandem.internal.processes.Roster} (who works, who is started, who is let go), {@link
 * dev.tandem.internal.processes.Supervisor} (carries that out), {@link dev.tandem.internal.processes.WorkerHandle} (one worker
 * from start to death certificate), {@link dev.tandem.internal.processes.WorkerProcess} (its process, and the thread that
 * listens to it).
 */
@NullMarked
package dev.tandem.internal.processes;

import org.jspecify.annotations.NullMarked;

/**
 * The worker JVM: what runs in the process that a supervisor started.
 *
 * <pre>
 *   supervisor                                      worker JVM
 *  ============ CONFIGURE, DEFINE, RUN, CANCEL, STOP ==========&gt; receive thread (main)
 *                                                                  |        |        |
 *                                                                Inbox    gate     later
 *                                                                  |        |        |
 *                                                                  v        v        |
 *  &lt;=========== READY, STARTED ... DONE or FAILED ============ task thread           |
 *                                                                  | reports         |
 *                                                                  v                 v
 *  &lt;=========== ALIVE, REPORTED, FAILED (never started) ====== beacon thread &lt;--- Outbox
 * </pre>
 *
 * <ul>
 *   <li>The <b>receive thread</b> reads and always drains; it never runs user code, and writes nothing after HELLO. At the
 *       end of the stream it ends the process, whatever the others do.
 *   <li>The <b>task thread</b> is the only one that runs user code, decoding and encoding included.
 *   <li>The <b>beacon thread</b> says that the process is alive, and all that must not wait for the task thread.
 *   <li><b>Any thread</b> that needs a class which is not on the class path leaves a LOOKUP for the beacon and waits, in
 *       {@link Lookups}, until the receive thread has its FOUND.
 *   <li>The <b>parent watch</b> ends the process when the supervisor is gone and the stream does not tell.
 *   <li>The <b>shutdown hook</b> tells the supervisor that somebody called {@code System.exit}.
 * </ul>
 *
 * <p>A worker is started often and by people who wait: no logger, no regular expression, no stream on the way to READY.
 */
@NullMarked
package dev.tandem.internal.worker;

import org.jspecify.annotations.NullMarked;

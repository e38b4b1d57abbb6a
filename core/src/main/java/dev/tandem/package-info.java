/**
 * One runner for parallel tasks, on threads of this JVM or on supervised worker JVMs.
 *
 * <p>Start with {@link dev.tandem.ParallelRunner}. A {@link dev.tandem.Task}, {@link dev.tandem.TaskAction} or {@link
 * dev.tandem.TaskFunction} is what to do, {@link dev.tandem.TaskOptions} say under which conditions, a {@link
 * dev.tandem.TaskFuture} is what becomes of it, and {@link dev.tandem.TaskContext} is what the running task knows of itself.
 *
 * <h2>Which failure means what</h2>
 *
 * <table>
 * <caption>What a future fails with, and what to do about it</caption>
 * <tr><th scope="col">Failure</th><th scope="col">What happened</th><th scope="col">What to do</th></tr>
 * <tr><td>{@link dev.tandem.TaskFailedException}</td><td>the task threw; that is the cause</td>
 *     <td>correct the task or its input</td></tr>
 * <tr><td>{@link dev.tandem.TaskTimeoutException}</td><td>the task ran, or waited, longer than it was given</td>
 *     <td>give it more time or less to do; retry</td></tr>
 * <tr><td>{@link dev.tandem.WorkerLostException}</td><td>the worker JVM died under the task</td>
 *     <td>read the death certificate; retry if the task is idempotent</td></tr>
 * <tr><td>{@link dev.tandem.PoisonTaskException}</td><td>the task killed several workers</td>
 *     <td>leave the input out; do not retry</td></tr>
 * <tr><td>{@link dev.tandem.NotTransferableException}</td><td>task, input or result cannot cross between JVMs</td>
 *     <td>make the culprit serializable, or do not capture it</td></tr>
 * <tr><td>{@link dev.tandem.WorkerStartException}</td><td>a worker JVM did not start; only ever suppressed in the next one, or
 *     in the log</td><td>correct the options of the worker JVM</td></tr>
 * <tr><td>{@link dev.tandem.RunnerBrokenException}</td><td>workers die or fail to start in a row</td>
 *     <td>wait until it tries again, or open a new runner</td></tr>
 * <tr><td>{@link java.util.concurrent.CancellationException}</td><td>somebody cancelled the task</td>
 *     <td>nothing</td></tr>
 * <tr><td>{@link java.util.concurrent.RejectedExecutionException}</td><td>the runner is closed, or its queue is full</td>
 *     <td>submit earlier, or less</td></tr>
 * </table>
 *
 * <h2>Events of the flight recorder</h2>
 *
 * <p>While somebody records (with {@code jcmd}, {@code -XX:StartFlightRecording} or {@code jdk.jfr}), runners tell the flight recorder of this JVM what they do, in the
 * category "Tandem". Those of a task carry {@code runner}, {@code taskId}, {@code name}, {@code attempt} (from 1) and {@code inputs} (more than 1 if inputs of a map or
 * stream have run together, of which {@code taskId} is the first).
 *
 * <table>
 * <caption>Events and their other fields</caption>
 * <tr><th scope="col">Event</th><th scope="col">When</th><th scope="col">Fields</th></tr>
 * <tr><td>{@code dev.tandem.TaskSubmit}</td><td>a task was encoded and handed in; with the stack of who did it. Not for inputs of maps and streams</td>
 *     <td>{@code bytes}: its encoded code and arguments, 0 on threads</td></tr>
 * <tr><td>{@code dev.tandem.TaskQueueWait}</td><td>its length is the wait for a worker</td><td>none</td></tr>
 * <tr><td>{@code dev.tandem.TaskRun}</td><td>its length is the time that a worker was busy with an attempt</td><td>{@code worker}, {@code pid} (of this JVM for a thread),
 *     {@code outcome} ({@code SUCCEEDED}, {@code FAILED}, {@code CANCELLED} or {@code TRIED_AGAIN}), {@code failure}, {@code busy}, {@code waited}, {@code bytes}:
 *     what came back, 0 on threads</td></tr>
 * <tr><td>{@code dev.tandem.WorkerStart}</td><td>a worker takes tasks</td><td>{@code runner}, {@code worker}, {@code pid}, {@code took}</td></tr>
 * <tr><td>{@code dev.tandem.WorkerEnd}</td><td>a worker is no more</td><td>{@code runner}, {@code worker}, {@code pid}, {@code how} ({@code STOPPED}, {@code RECYCLED},
 *     {@code KILLED}, {@code LOST}, {@code FAILED_TO_START} or {@code ABANDONED}), {@code cause}</td></tr>
 * <tr><td>{@code dev.tandem.Decision}</td><td>a runner has decided something: to adapt, to pause, to go on, to resize</td><td>{@code runner}, {@code what}</td></tr>
 * <tr><td>{@code dev.tandem.Recommendation}</td><td>a recommender has answered</td><td>{@code strategy}, {@code workers}, {@code rule}, {@code confidence},
 *     {@code explanation}</td></tr>
 * </table>
 *
 * <h2>Memory consistency effects</h2>
 *
 * <p>What a thread does before it submits a task happens-before the task begins. What the task does happens-before a
 * successful return of {@link dev.tandem.TaskFuture#join()}, before the stages that depend on the future, and before a stream
 * delivers its result. What one task did to a {@link dev.tandem.WorkerLocal} happens-before the next use of that value. Worker
 * JVMs see copies: a task there works on the state that its captured variables and inputs had when it was submitted.
 *
 * <h2>Words</h2>
 *
 * <dl>
 *   <dt>task</dt><dd>user code to run</dd>
 *   <dt>submission</dt><dd>a task with its options and the number of its attempt</dd>
 *   <dt>backlog</dt><dd>the submissions that wait</dd>
 *   <dt>in flight</dt><dd>sent to a worker and not answered yet</dd>
 *   <dt>slot</dt><dd>room for one submission in flight</dd>
 *   <dt>window</dt><dd>how many inputs one {@code stream} may have pulled that its consumer has not taken</dd>
 *   <dt>worker</dt><dd>a thread, or a JVM, that runs tasks</dd>
 *   <dt>supervisor</dt><dd>the side that starts, watches and replaces workers</dd>
 *   <dt>grace</dt><dd>the time between an interrupt and a kill</dd>
 *   <dt>lost</dt><dd>of a worker: it died unasked</dd>
 *   <dt>recycled</dt><dd>of a worker: it was retired on purpose</dd>
 *   <dt>chunk</dt><dd>inputs that are sent together</dd>
 * </dl>
 *
 * <p>Parameters and results are never null unless marked so. What is serializable here travels between JVMs that run the same
 * version; its serialized form is no part of the contract.
 *
 * @serial exclude
 */
@NullMarked
package dev.tandem;

import org.jspecify.annotations.NullMarked;

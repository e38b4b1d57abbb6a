package dev.tandem;

import java.time.Duration;
import java.util.Objects;

/**
 * Where the time of a runner's tasks went, how many bytes they took, and how often a slower way had to do.
 *
 * <p>The bytes and {@code fallbacks} are exact. Times are those of all tasks if the runner records events, and otherwise of the first 256 and then of one in
 * 256, which counts as 256: reading the clock for each would cost as much as a short task. Inputs of a {@code map} or stream that were run
 * together count as one. Attempts that were tried again count on their own. All times are those of tasks that are over.
 *
 * <p><b>Estimates.</b> So unless events are recorded, all numbers but these are estimates once there were more than 256 tasks: counts and totals,
 * {@code encoding} and {@code busyShare} as well, which may be off by much while few of the later tasks were timed. What rests on <i>n</i> timed tasks
 * whose times differ as much as they are long is right within some 100/&radic;<i>n</i> percent: after 25,000 tasks that is 10 %, after 2,500,000 it is 1 %. A task in 10,000 that takes very long is
 * most likely not among them, or counts as 256. {@code recordEvents} is for who has to know exactly.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param queueWait from the end of {@code submit} until a worker began
 * @param run how long code of the user's ran
 * @param crossing what getting to a worker JVM and back took: encoding, way and decoding, there and here; nothing on threads
 * @param encoding how long callers were busy encoding tasks and inputs for worker JVMs, all together; zero on threads, which take them as they are
 * @param busyShare the share of their time that workers were busy with tasks which are over, from 0 to 1; so it is 0 while the first task of a runner runs, and
 *     {@link RunnerStats#busyWorkers} says what is under way
 * @param bytesSent what was sent to worker JVMs for tasks: encoded code and arguments, for each attempt anew, the code once for what goes together; without
 *     what messages need around them, classes, and values that are {@linkplain ParallelRunner#share shared}
 * @param bytesReceived what came back: encoded results, and exceptions of tasks as they travel; the report counts both in the same way
 * @param bytesSpared what was not sent, since it is an array that tasks capture again and again, which workers found in a file; see {@link Shared}
 * @param fallbacks how often another way than the best had to do because a directory, or the memory of this machine, refused it: a value that was {@linkplain
 *     ParallelRunner#share shared} in another directory, an array that tasks repeat and that is sent with each of them after all, a worker JVM that says in
 *     messages what it would say in shared memory, or that was to talk through {@code Transport.sharedMemory()} and uses pipes. Results are the same; the
 *     events say what it was and why. It stays 0 where {@code java.io.tmpdir} and {@code /dev/shm} have room, and on threads
 */
public record RunnerTimes(
        TimeSpread queueWait,
        TimeSpread run,
        TimeSpread crossing,
        Duration encoding,
        double busyShare,
        long bytesSent,
        long bytesReceived,
        long bytesSpared,
        long fallbacks) {

    /** Checks for null. */
    public RunnerTimes {
        Objects.requireNonNull(queueWait, "queueWait");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(crossing, "crossing");
        Objects.requireNonNull(encoding, "encoding");
    }
}

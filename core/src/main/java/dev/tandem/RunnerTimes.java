package dev.tandem;

import java.time.Duration;
import java.util.Objects;

/**
 * Where the time of a runner's tasks went, and how many bytes they took.
 *
 * <p>The bytes are exact. Times are those of all tasks if the runner records events, and otherwise of the first 256 and then of one in
 * 256, which counts as 256: reading the clock for each would cost as much as a short task. Inputs of a {@code map} or stream that were run
 * together count as one. Attempts that were tried again count on their own.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param queueWait from the end of {@code submit} until a worker began
 * @param run how long code of the user's ran
 * @param crossing what getting to a worker JVM and back took: encoding, way and decoding, there and here; nothing on threads
 * @param encoding how long callers were busy encoding tasks, all together
 * @param busyShare the share of their time that workers were busy with tasks, from 0 to 1
 * @param bytesSent what was sent to worker JVMs for tasks: encoded code and arguments, for each attempt anew, the code once for what goes together; without
 *     what messages need around them, classes, and values that are {@linkplain ParallelRunner#share shared}
 * @param bytesReceived what came back: encoded results, and exceptions of tasks as they travel; the report counts both in the same way
 * @param bytesSpared what was not sent, since it is an array that tasks capture again and again, which workers found in a file; see {@link Shared}
 */
public record RunnerTimes(
        TimeSpread queueWait,
        TimeSpread run,
        TimeSpread crossing,
        Duration encoding,
        double busyShare,
        long bytesSent,
        long bytesReceived,
        long bytesSpared) {

    /** Checks for null. */
    public RunnerTimes {
        Objects.requireNonNull(queueWait, "queueWait");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(crossing, "crossing");
        Objects.requireNonNull(encoding, "encoding");
    }
}

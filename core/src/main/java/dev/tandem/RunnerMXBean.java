package dev.tandem;

/**
 * A runner as management tools see it, under the name {@code dev.tandem:type=Runner,name="..."}, where the runner's name is quoted as {@code
 * ObjectName.quote} does it.
 *
 * <p>Every runner that lives for a second or longer has one, in the platform's server, unless its options say {@code jmx(false)} or this JVM has no
 * management; it goes when the runner is closed. A second runner of the same name gets {@code #2} behind it. Numbers
 * are those of {@link ParallelRunner#stats()}, times are in milliseconds.
 *
 * <p>Safe for use by any number of threads.
 */
public interface RunnerMXBean {

    /** {@return where tasks run: {@code INLINE}, {@code THREADS} or {@code PROCESSES}} */
    String getStrategy();

    /** {@return workers that are there} */
    int getWorkers();

    /** {@return those of them that do not take tasks yet} */
    int getStartingWorkers();

    /** {@return workers that are occupied} */
    int getBusyWorkers();

    /** {@return the share of their time that workers were busy with tasks that are over, from 0 to 1; an estimate, see {@link RunnerTimes}} */
    double getBusyShare();

    /** {@return tasks that wait} */
    int getQueued();

    /** {@return tasks that run} */
    int getRunning();

    /** {@return tasks that were accepted} */
    long getSubmitted();

    /** {@return tasks that returned} */
    long getSucceeded();

    /** {@return tasks that failed for good} */
    long getFailed();

    /** {@return tasks that were cancelled} */
    long getCancelled();

    /** {@return attempts that followed a failed one} */
    long getRetried();

    /** {@return workers that were started} */
    long getWorkersStarted();

    /** {@return workers that died unasked} */
    long getWorkersLost();

    /** {@return workers that were retired on purpose} */
    long getWorkersRecycled();

    /** {@return workers that were killed on purpose, since what they ran would not stop} */
    long getWorkersKilled();

    /** {@return workers that ended since the runner needed them no longer} */
    long getWorkersStopped();

    /** {@return threads that ignored their interrupt and were given up} */
    long getAbandonedThreads();

    /** {@return how long half of the tasks waited at most, in milliseconds} */
    double getQueueWaitMedianMillis();

    /** {@return how long 99 of 100 tasks waited at most, in milliseconds} */
    double getQueueWaitP99Millis();

    /** {@return how long half of the tasks ran at most, in milliseconds} */
    double getRunMedianMillis();

    /** {@return how long 99 of 100 tasks ran at most, in milliseconds} */
    double getRunP99Millis();

    /** {@return bytes that were sent to worker JVMs} */
    long getBytesSent();

    /** {@return bytes that were not sent to worker JVMs, since they could read them in a file} */
    long getBytesSpared();

    /** {@return bytes that came from worker JVMs} */
    long getBytesReceived();

    /** {@return how often a slower way had to do, since a directory or the memory of this machine refused; see {@link RunnerTimes#fallbacks()}} */
    long getFallbacks();

    /** {@return what each worker is doing, one line for each} */
    String[] getWorkerLines();

    /**
     * What each worker is doing, with stacks.
     *
     * @return see {@link ParallelRunner#threadDump()}
     */
    String threadDump();
}

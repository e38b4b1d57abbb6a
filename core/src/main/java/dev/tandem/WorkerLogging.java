package dev.tandem;

/**
 * Where that goes which the code in a worker JVM logs through SLF4J.
 *
 * @see ProcessOptions#workerLogging(WorkerLogging)
 */
public enum WorkerLogging {
    /**
     * To the loggers of the same names in this JVM, whose levels hold in the workers too. The back end on the class path is not
     * loaded in a worker, so that no two JVMs write one file.
     */
    FORWARD,
    /**
     * To the back end that SLF4J finds on the class path of the worker, set up as it sets itself up. Each worker writes for
     * itself: a file that is rolled over must not be shared.
     */
    OWN
}

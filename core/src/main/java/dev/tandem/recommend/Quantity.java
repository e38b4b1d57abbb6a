package dev.tandem.recommend;

import java.util.Locale;

/** A number that may be known of work. */
enum Quantity {
    TASKS,
    TASK_TIME_NANOS,
    WAIT_RATIO,
    ARRIVALS_PER_SECOND,
    PAYLOAD_BYTES,
    RESULT_BYTES,
    MEMORY_PER_TASK_BYTES,
    DOWNSTREAM_LIMIT,
    INNER_THREADS,
    SERIAL_SHARE,
    GC_SHARE,
    /** Measured: what one task costs on threads, by throughput at the best number of workers. */
    MEASURED_ON_THREADS_NANOS,
    /** Measured: the same on worker JVMs. */
    MEASURED_ON_PROCESSES_NANOS,
    /** Measured: α and β of the Universal Scalability Law, on threads and on worker JVMs. */
    CONTENTION_ON_THREADS,
    COHERENCE_ON_THREADS,
    CONTENTION_ON_PROCESSES,
    COHERENCE_ON_PROCESSES;

    /** Its key in JSON. */
    String key() {
        StringBuilder key = new StringBuilder();
        for (String word : name().toLowerCase(Locale.ROOT).split("_")) {
            key.append(key.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return key.toString();
    }
}

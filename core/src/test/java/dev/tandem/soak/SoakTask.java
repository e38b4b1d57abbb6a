package dev.tandem.soak;

import dev.tandem.Task;
import dev.tandem.TaskContext;
import java.io.Serializable;

/**
 * A task that signs the journal and then does its deed.
 *
 * @param id of the books, not of the runner
 * @param deed what it does
 * @param journal what it signs
 * @param inWorkerJvm whether it may do as it likes, or is a guest in the JVM of the soak
 * @param luggage what it carries
 */
record SoakTask(long id, Deed deed, Journal journal, boolean inWorkerJvm, byte[] luggage)
        implements Task<Object>, Serializable {

    @Override
    public Object call() throws Exception {
        journal.began(id, TaskContext.current().attempt());
        return deed.commit(this);
    }
}

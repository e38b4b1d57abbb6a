package dev.tandem.internal.task;

import dev.tandem.ContextCarrier;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what carriers throw: of each carrier, each kind of it once, since it comes again with every task. One for each runner, and for each worker JVM.
 * Thread-safe.
 */
final class Complaints {

    private static final Logger log = LoggerFactory.getLogger(ContextCarrier.class);

    private final Set<Kind> told = ConcurrentHashMap.newKeySet();

    private record Kind(Class<?> carrier, String what) {}

    /** It threw before a task, which has nothing of it. */
    void goesOnWithout(ContextCarrier carrier, String what, Throwable why) {
        tell(carrier, what, "the task goes on without it", why);
    }

    /** It threw after a task. */
    void leftTheThread(ContextCarrier carrier, Throwable why) {
        tell(
                carrier,
                "could not put the thread back",
                "the task is over, and the next one on this thread may see what it has left",
                why);
    }

    private void tell(ContextCarrier carrier, String what, String consequence, Throwable why) {
        if (told.add(new Kind(carrier.getClass(), what))) {
            log.warn("{} {}; {}. This is said once.", carrier.getClass().getName(), what, consequence, why);
        }
    }

    /** A carrier that there is cannot be loaded, most likely since what it is for is not there. */
    static void unusable(Throwable why) {
        log.debug("A carrier of context cannot be used", why);
    }
}

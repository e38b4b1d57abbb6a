package dev.tandem.internal.processes;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes that the tasks of one worker have started, for whoever outlives it to find.
 *
 * <p>While the worker lives its descendants can be asked for. Once it is dead they are somebody else's children, and one that has
 * detached itself was so before. So the worker's environment carries a mark, which whatever it starts inherits, and which Linux
 * shows to us. Who starts a process that is meant to stay removes {@value #VARIABLE} from its environment. Where there is no
 * {@code /proc} nothing is found.
 *
 * <p>Thread-safe and immutable.
 */
final class Offspring {

    /** In the environment of workers; lists the marks of the worker and of those that it is nested in. */
    static final String VARIABLE = "TANDEM_WORKER";

    private static final File PROCESSES = new File("/proc");
    private static final int MAX_SWEEPS = 6;

    /** Two, for a process shows no environment for the moment in which it is being started, and so slips through one. */
    private static final int QUIET_SWEEPS = 2;

    /** Longer delays the replacement; shorter is no time to be started in. */
    private static final long PAUSE_NANOS = 5_000_000;

    private final String mark;

    private Offspring(String mark) {
        this.mark = mark;
    }

    /** Puts a fresh mark into the environment of a worker that is about to be started. */
    static Offspring mark(Map<String, String> environment) {
        String mark = UUID.randomUUID().toString();
        environment.merge(VARIABLE, mark, (outer, own) -> outer + "," + own);
        return new Offspring(mark);
    }

    /** Kills what is left of them, now that the worker is dead. */
    void kill() {
        int quiet = 0;
        for (int sweep = 0; sweep < MAX_SWEEPS && quiet < QUIET_SWEEPS; sweep++) {
            if (sweep > 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            List<ProcessHandle> left = find();
            left.forEach(Termination::kill);
            quiet = left.isEmpty() ? quiet + 1 : 0;
        }
    }

    /** Cheaply, for it looks at all processes of the machine, while the next worker waits for this one's place. */
    private List<ProcessHandle> find() {
        List<ProcessHandle> found = new ArrayList<>();
        String[] all = PROCESSES.list();
        if (all == null) {
            return found; // not readable here: then they cannot be found
        }
        for (String name : all) {
            char first = name.charAt(0);
            if (first >= '0' && first <= '9' && carriesMark(name)) {
                // again, now with a handle, which knows when its process was started: so both are about the same
                ProcessHandle.of(Long.parseLong(name))
                        .filter(ProcessHandle::isAlive)
                        .filter(alive -> carriesMark(name))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private boolean carriesMark(String process) {
        try (FileInputStream environ = new FileInputStream(PROCESSES + "/" + process + "/environ")) {
            byte[] environment = environ.readAllBytes();
            return new String(environment, StandardCharsets.ISO_8859_1).contains(mark);
        } catch (IOException e) {
            return false; // gone meanwhile, or another user's
        }
    }
}

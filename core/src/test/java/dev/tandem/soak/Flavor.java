package dev.tandem.soak;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.ThreadOptions;
import dev.tandem.ipc.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What kind of runner, how badly its tasks behave, and whether it is disturbed from outside. */
enum Flavor {
    /** Threads cannot be killed, so the tasks are guests there. */
    THREADS,
    /** Worker JVMs that have no reason to die: not one may be lost. */
    CALM,
    /** Tasks that kill their worker, which may cost nobody else anything. */
    DEADLY,
    /** Tasks that leave processes behind, which must be gone when the runner is. */
    FAMILIES,
    /** All of it at once, and signals from outside. */
    CHAOS;

    private static final Duration STOP_GRACE = Duration.ofMillis(100);

    boolean isInWorkerJvm() {
        return this != THREADS;
    }

    /** A deed for the next task: most are harmless, or nothing else would ever happen. */
    Deed deed(Random random) {
        int dice = random.nextInt(100);
        if (dice < 55) {
            return Deed.RETURN;
        }
        List<Deed> others = new ArrayList<>(Deed.PEACEFUL);
        if (this == THREADS) {
            others.remove(Deed.PRINT);
        }
        others.add(Deed.RETURN_WHAT_CANNOT_TRAVEL);
        if (dice > 92) {
            others = new ArrayList<>(Deed.ENDLESS);
            others.add(Deed.OVERFLOW_THE_STACK);
            if (this == DEADLY || this == CHAOS) {
                others.addAll(Deed.DEADLY);
            } else if (this == FAMILIES) {
                others.add(Deed.LEAVE_A_CHILD);
                others.add(Deed.LEAVE_A_CHILD);
                others.add(Deed.EXIT);
            }
        }
        return others.get(random.nextInt(others.size()));
    }

    /** What may become of a deed here beyond what the deed itself allows. */
    Set<Ending> disturbances() {
        // three starts in a row that are killed look like a configuration that cannot work
        return this == CHAOS ? EnumSet.of(Ending.WORKER_LOST, Ending.BROKEN) : EnumSet.noneOf(Ending.class);
    }

    ParallelRunner open(String name, Random random) {
        int workers = 1 + random.nextInt(3);
        int capacity = List.of(4, 64, 65_536).get(random.nextInt(3));
        if (this == THREADS) {
            return ParallelRunner.threads(
                    o -> threads(o.name(name).workers(workers).queueCapacity(capacity), random));
        }
        return ParallelRunner.processes(
                o -> processes(o.name(name).workers(workers).queueCapacity(capacity), random));
    }

    private static ThreadOptions threads(ThreadOptions options, Random random) {
        ThreadOptions some = options.stopGrace(STOP_GRACE);
        return Runtime.version().feature() >= 21 && random.nextBoolean() ? some.virtual() : some;
    }

    private ProcessOptions processes(ProcessOptions options, Random random) {
        List<Transport> transports = List.of(Transport.pipes(), Transport.unixSocket(), Transport.loopback());
        ProcessOptions some = options.killGrace(STOP_GRACE)
                .transport(transports.get(random.nextInt(transports.size())))
                .maxHeap("64m")
                .jvmArgs("-XX:TieredStopAtLevel=1")
                .restartLimit(100_000, Duration.ofMillis(1));
        if (random.nextInt(3) == 0) {
            some = some.maxTasksPerWorker(5 + random.nextInt(50));
        }
        if (random.nextInt(4) == 0) {
            some = some.idleTimeout(Duration.ofMillis(20));
        }
        if (random.nextInt(4) == 0) {
            some = some.spareWorkers(1);
        }
        return this == CHAOS ? some.heartbeat(Duration.ofMillis(100)) : some;
    }
}

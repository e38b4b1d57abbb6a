package dev.tandem.testing;

import dev.tandem.ParallelRunner;
import dev.tandem.ipc.Transport;
import dev.tandem.recommend.WorkloadProfile;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The runners that the same behaviour is asked of. */
public enum RunnerKind {
    /** In the caller's thread. */
    INLINE(Need.SHARED_HEAP),
    /** Platform threads. */
    THREADS(Need.SHARED_HEAP, Need.ASYNC),
    /** Virtual threads, on JVMs that have them. */
    VIRTUAL_THREADS(Need.SHARED_HEAP, Need.ASYNC),
    /** An adaptive runner that starts on threads, and may go to worker JVMs; not for tests {@link ExceptAdaptive}. */
    ADAPTIVE(Need.SHARED_HEAP, Need.ASYNC),
    /** Worker JVMs over pipes. */
    PIPES(Need.WORKER_JVM, Need.ASYNC),
    /** Worker JVMs over a Unix domain socket. */
    UNIX_SOCKET(Need.WORKER_JVM, Need.ASYNC),
    /** Worker JVMs over TCP. */
    LOOPBACK(Need.WORKER_JVM, Need.ASYNC),
    /** Worker JVMs over shared memory; for tests that {@link OverSharedMemoryToo}. */
    SHARED_MEMORY(Need.WORKER_JVM, Need.ASYNC);

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    /** For the search for a defect: {@code -Dtandem.test.runners=THREADS,PIPES}. The build never sets it. */
    private static final String CHOSEN = System.getProperty("tandem.test.runners", "");

    private final Set<Need> has;

    RunnerKind(Need first, Need... others) {
        this.has = EnumSet.of(first, others);
    }

    static List<RunnerKind> that(EveryRunner test, boolean sharedMemoryToo, boolean adaptiveToo) {
        return Arrays.stream(values())
                .filter(RunnerKind::existsHere)
                .filter(kind -> sharedMemoryToo || kind != SHARED_MEMORY)
                .filter(kind -> adaptiveToo || kind != ADAPTIVE)
                .filter(kind -> kind.has.containsAll(List.of(test.needs())))
                .filter(kind -> test.eachTransport() || kind == PIPES || !kind.has(Need.WORKER_JVM))
                .toList();
    }

    /** Whether runners of this kind offer that. */
    public boolean has(Need need) {
        return has.contains(need);
    }

    private boolean existsHere() {
        return (this != VIRTUAL_THREADS || Runtime.version().feature() >= FIRST_JAVA_WITH_VIRTUAL_THREADS)
                && (CHOSEN.isEmpty() || List.of(CHOSEN.split(",")).contains(name()));
    }

    ParallelRunner open(RunnerSettings settings) {
        return switch (this) {
            case INLINE -> ParallelRunner.inline();
            case THREADS -> ParallelRunner.threads(settings::applyTo);
            case VIRTUAL_THREADS ->
                ParallelRunner.threads(o -> settings.applyTo(o).virtual());
            case ADAPTIVE ->
                ParallelRunner.adaptive(
                        WorkloadProfile.of(),
                        o -> o.name(settings.name()).threads(settings::applyTo).processes(settings::applyTo));
            case PIPES -> ParallelRunner.processes(o -> settings.applyTo(o).transport(Transport.pipes()));
            case UNIX_SOCKET ->
                ParallelRunner.processes(o -> settings.applyTo(o).transport(Transport.unixSocket()));
            case LOOPBACK -> ParallelRunner.processes(o -> settings.applyTo(o).transport(Transport.loopback()));
            case SHARED_MEMORY ->
                ParallelRunner.processes(o -> settings.applyTo(o).transport(Transport.sharedMemory()));
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

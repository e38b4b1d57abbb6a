package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether and how the workers of one runner meet a debugger, as the system property {@value #PROPERTY} says.
 *
 * <ul>
 *   <li>{@code 5005}: the runner has one worker, which is suspended from its start until a debugger attaches to the port. Each
 *       runner of this JVM that starts a worker has a port of its own: the given one or the next that is free of others.
 *   <li>{@code dial:5005}: every worker dials a debugger that listens on the port, and is suspended until that lets it go.
 * </ul>
 *
 * <p>The host is the loopback interface, always: whoever reaches the port runs what he likes. A worker that a debugger holds
 * is silent and slow by intent, so no limit of time holds: {@link #isOn()} switches off the limits of the runner's timer
 * ({@link dev.tandem.internal.engine.RunnerContext#limits}), and the rest is here.
 *
 * <p>Thread-safe. The monitor guards the port, the one of the class the ports of all runners; both are leaves.
 */
final class DebugMode {

    static final String PROPERTY = "tandem.debug";

    /** For runners that no debugger cares for. */
    static final DebugMode OFF = new DebugMode(Way.OFF, "", 0);

    private static final Logger log = LoggerFactory.getLogger(DebugMode.class);
    private static final Pattern VALUE = Pattern.compile("(dial:)?(?:(.*):)?(\\d{1,5})");
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1");
    private static final int MAX_PORT = 0xFFFF;

    /** Some units of time turn it into nanoseconds. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private static final BitSet PORTS = new BitSet(); // of runners that wait for a debugger; guarded by itself

    private enum Way {
        OFF,
        LISTEN,
        DIAL
    }

    private final Way way;
    private final String value;
    private final int wishedPort;

    // --- guarded by this ---
    private int port; // 0 before the first worker starts, and after the end
    private boolean announced;

    private DebugMode(Way way, String value, int wishedPort) {
        this.way = way;
        this.value = value;
        this.wishedPort = wishedPort;
    }

    /** The one that the system property asks for. */
    static DebugMode ofThisJvm() {
        return of(System.getProperty(PROPERTY));
    }

    /**
     * The one that a value of the property asks for.
     *
     * @throws IllegalArgumentException if that is no port, or on another machine
     */
    static DebugMode of(@Nullable String value) {
        if (value == null) {
            return OFF;
        }
        Matcher matcher = VALUE.matcher(value);
        int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("the system property " + PROPERTY + " must be a port from 1 to "
                    + MAX_PORT
                    + ", to have a worker wait for a debugger, or dial: and a port, to have workers dial one: "
                    + PROPERTY + "=" + value + "; for example -D" + PROPERTY + "=5005 or -D" + PROPERTY + "=dial:5005");
        }
        String host = matcher.group(2);
        if (host != null && !LOOPBACK.contains(host)) {
            throw new IllegalArgumentException("the system property " + PROPERTY
                    + " must not name another host than localhost, since whoever reaches the port may run anything in the"
                    + " worker: " + PROPERTY + "=" + value + "; leave the host out, and reach another machine through a"
                    + " tunnel such as ssh -L " + port + ":localhost:" + port);
        }
        return new DebugMode(matcher.group(1) == null ? Way.LISTEN : Way.DIAL, value, port);
    }

    boolean isOn() {
        return way != Way.OFF;
    }

    /** The options as far as they do not fit; the limits of time that the runner's timer keeps are not among them. */
    ProcessOptions adapted(ProcessOptions options) {
        ProcessOptions adapted = options;
        if (way == Way.LISTEN) {
            adapted = adapted.workers(1).spareWorkers(0);
        }
        return isOn() && options.idleTimeout().isPresent() ? adapted.idleTimeout(FOR_EVER) : adapted;
    }

    /** How many workers there may be, if so many were wished. */
    int workers(int wished) {
        return way == Way.LISTEN ? 1 : wished;
    }

    /** How long a worker may take to be ready, if that was wished. */
    Duration startTimeout(Duration wished) {
        return isOn() ? FOR_EVER : wished;
    }

    /**
     * The flags of a worker that is about to be started.
     *
     * @throws IOException if other runners have taken all ports
     */
    List<String> flags() throws IOException {
        if (!isOn()) {
            return List.of();
        }
        // quiet: else the agent writes its greeting to where the worker's messages go
        String server = way == Way.LISTEN ? "y" : "n";
        return List.of("-agentlib:jdwp=transport=dt_socket,server=" + server + ",suspend=y,quiet=y,address=localhost:"
                + port());
    }

    /** Says, once as a warning, that a worker waits. */
    void announce(String runnerName, int workerIndex, long pid) throws IOException {
        if (!isOn()) {
            return;
        }
        boolean again;
        synchronized (this) {
            again = announced;
            announced = true;
        }
        String who = runnerName + ": worker " + workerIndex + " (pid " + pid + ")";
        String what = way == Way.LISTEN
                ? who + " waits until a debugger attaches to localhost:" + port() + " (in an IDE: remote JVM debug)"
                : who + " dials the debugger that listens on localhost:" + port() + ", and waits until that lets it go";
        if (!JavaCommand.hasBackEnd()) {
            System.err.println(what); // else the program seems to hang
        }
        if (again) {
            log.info("{}", what);
        } else {
            log.warn(
                    "{}. With -D{}={} {}, and no time-out, grace or heartbeat ends anything.",
                    what,
                    PROPERTY,
                    value,
                    way == Way.LISTEN ? "this runner has one worker" : "every worker does so");
        }
    }

    /** What to do if a worker did not start because of this, to follow the reason; empty if it was something else. */
    String cure(List<String> lastOutput) {
        if (!isOn() || lastOutput.stream().noneMatch(line -> line.contains("JDWP") || line.contains("jdwp"))) {
            return "";
        }
        if (lastOutput.stream().anyMatch(line -> line.contains("Could not find agent library"))) {
            return "; because of -D" + PROPERTY + "=" + value
                    + " it needs the debugger's agent, which its JDK lacks: use one that has the module jdk.jdwp.agent";
        }
        int known;
        synchronized (this) {
            known = port == 0 ? wishedPort : port;
        }
        return way == Way.LISTEN
                ? "; because of -D" + PROPERTY + "=" + value + " it is to wait for a debugger on localhost:" + known
                        + ", a port that another process has: end that, or choose another port"
                : "; because of -D" + PROPERTY + "=" + value
                        + " it is to dial a debugger, and none listens on localhost:"
                        + known
                        + ": have the debugger listen before workers start, and go on listening when one has come"
                        + " (in an IDE: a remote configuration in the mode listen, with auto restart), or use -D"
                        + PROPERTY + "=" + known + " and attach";
    }

    /** The runner has ended, and needs its port no more. */
    void release() {
        synchronized (this) {
            if (port != 0 && way == Way.LISTEN) {
                synchronized (PORTS) {
                    PORTS.clear(port);
                }
            }
            port = 0;
        }
    }

    private synchronized int port() throws IOException {
        if (port == 0) {
            port = way == Way.LISTEN ? takePort() : wishedPort;
        }
        return port;
    }

    private int takePort() throws IOException {
        synchronized (PORTS) {
            int free = PORTS.nextClearBit(wishedPort);
            if (free > MAX_PORT) {
                throw new IOException(
                        "because of -D" + PROPERTY + "=" + value + " each runner has a port of its own, from "
                                + wishedPort + " on, and others have all of them: choose a smaller one");
            }
            PORTS.set(free);
            return free;
        }
    }
}

package dev.tandem.internal.processes;

import dev.tandem.TaskRef;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.engine.Deadlines.Deadline;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.MessageKind;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.Listener;
import dev.tandem.ipc.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one worker up: starts the process, meets it, tells it what it must know and waits until it is ready.
 *
 * <p>Used once, by the worker's reader thread. A boot that takes too long is ended when the timer says so: on a callback
 * thread, which first takes a thread dump and then kills the process.
 */
final class WorkerBoot {

    private static final Logger log = LoggerFactory.getLogger(WorkerBoot.class);
    private static final long ENDING_WAIT_MILLIS = 300; // for the exit code of a process that ends by itself
    private static final long EXIT_WAIT_MILLIS = 2_000; // for the exit code of a process that has just been killed
    private static final long OUTPUT_WAIT_MILLIS = 500; // for its last words

    /** The timer decides; this is for the case that it does not come to it, since the reader must not wait for ever. */
    private static final Duration SPARE = Duration.ofSeconds(30);

    private static final int MAX_REASON_CHARS = 2_000; // what failed there may be the user's, and say what it likes

    private final RunnerContext context;
    private final WorkerLauncher launcher;
    private final ThreadDump threadDump;
    private final DebugMode debug;
    private final Duration timeout;
    private final int index;
    private final WorkerSupply supply;
    private final ForwardedLog forwarded;
    private final @Nullable RunDirectory memory;
    private final Interventions interventions = new Interventions();

    // --- volatile, written by the timer ---
    private volatile boolean tooSlow;

    /**
     * Boots one, when told to.
     *
     * @param memory where its status page is made; null if it gets none
     */
    WorkerBoot(
            RunnerContext context,
            WorkerLauncher launcher,
            ThreadDump threadDump,
            DebugMode debug,
            Duration timeout,
            int index,
            WorkerSupply supply,
            ForwardedLog forwarded,
            @Nullable RunDirectory memory) {
        this.context = context;
        this.launcher = launcher;
        this.threadDump = threadDump;
        this.debug = debug;
        this.timeout = debug.startTimeout(timeout);
        this.index = index;
        this.supply = supply;
        this.forwarded = forwarded;
        this.memory = memory;
    }

    /** A worker that is ready. */
    record Booted(
            WorkerLauncher.Launched launched,
            Connection connection,
            WorkerProxy proxy,
            WorkerOutput output,
            StatusPage.@Nullable Named page) {

        Process process() {
            return launched.process();
        }
    }

    /**
     * Boots.
     *
     * @param spawned gets the process as soon as there is one
     * @throws FailedException if the worker does not become ready
     */
    Booted boot(Consumer<Process> spawned) throws FailedException {
        WorkerLauncher.Launched launched = null;
        WorkerOutput output = null;
        Deadline limit = null;
        StatusPage.Named page = null;
        try (Listener listener = launcher.listen()) {
            launched = launcher.launch(listener, index);
            Process process = launched.process();
            spawned.accept(process);
            limit = context.limits().after(timeout.toNanos(), () -> giveUp(process));
            String outputThread = context.name() + "-output-" + index;
            output = new WorkerOutput(listener.output(process), "worker " + index, outputThread);
            output.start();
            page = makePage(); // while the process starts, so that nobody waits for that
            Connection connection = listener.accept(process, timeout.plus(SPARE));
            connection.nameKinds(WorkerBoot::kindName);
            connection.fallback().ifPresent(why -> fellBack("talks without shared memory: " + why));
            WorkerProxy proxy = new WorkerProxy(connection, context.name() + "-writer-" + index);
            try {
                makeReady(connection, proxy);
            } catch (TransportException | RuntimeException e) {
                proxy.close();
                connection.close();
                throw e;
            }
            return new Booted(launched, connection, proxy, output, page);
        } catch (IOException | RuntimeException | Error e) { // an error: no more threads, no more memory
            if (page != null) {
                page.unlink();
            }
            String reason = tooSlow ? "it was not ready within startTimeout=" + timeout : e.getMessage();
            throw failed(String.valueOf(reason), launched, output, e);
        } finally {
            if (limit != null) {
                limit.callOff();
            }
            if (launched != null) {
                launched.argumentFile().toFile().delete(); // it was read; it may hold secrets, and there would be many
            }
        }
    }

    /** Null if there is to be none, or no room for it: then the worker says in messages what it would say there. */
    private StatusPage.@Nullable Named makePage() {
        if (memory == null) {
            return null;
        }
        try {
            return StatusPage.create(memory.path());
        } catch (IOException | RuntimeException e) {
            log.debug("worker {} gets no status page, for none could be made", index, e);
            if (!(e instanceof IllegalStateException)) { // which says that the runner has ended
                fellBack("says in messages what it does, for no page of memory could be made: " + e);
            }
            return null;
        }
    }

    private void fellBack(String how) {
        context.recorder().fellBack("worker " + index + " " + how);
    }

    private void giveUp(Process slow) {
        tooSlow = true;
        context.callBack(() -> {
            threadDump.take(slow.toHandle(), interventions);
            slow.toHandle().destroyForcibly(); // what it has started is killed when the failure is reported
        });
    }

    private void makeReady(Connection connection, WorkerProxy proxy) throws TransportException {
        if (!(next(connection) instanceof Message.Hello hello)) {
            throw new TransportException("the worker did not begin with HELLO");
        }
        if (hello.protocolVersion() != Message.PROTOCOL_VERSION) {
            throw new TransportException("the worker speaks version " + hello.protocolVersion()
                    + " of the protocol and this JVM version " + Message.PROTOCOL_VERSION
                    + ": the worker's class path holds another version of the library");
        }
        MessageFormat.send(connection, launcher.configuration(index));
        forwarded.answerThrough(proxy::send);
        Message answer = next(connection);
        while (answer instanceof Message.Alive || answer instanceof Message.Lookup || forwarded.take(answer)) {
            if (answer
                    instanceof Message.Lookup lookup) { // the codec, and onWorkerStart, may be of classes that it lacks
                supply.answer(lookup, proxy);
            }
            answer = next(connection);
        }
        if (answer instanceof Message.Stopping) {
            throw new TransportException(
                    "its JVM was told to exit before it was ready, by onWorkerStart or by an agent");
        }
        if (answer instanceof Message.StartFailed failure) {
            throw startActionFailed(failure.throwable());
        }
        if (!(answer instanceof Message.Ready)) {
            throw new TransportException("the worker sent " + answer.kind() + " instead of READY");
        }
    }

    private static String kindName(int number) {
        MessageKind kind = MessageKind.of(number);
        return kind == null ? Integer.toString(number) : kind.name();
    }

    private static Message next(Connection connection) throws TransportException {
        Connection.Frame frame = connection.receive();
        if (frame == null) {
            throw new TransportException("the worker ended before it was ready");
        }
        return MessageFormat.parse(frame);
    }

    private static StartActionFailed startActionFailed(PortableThrowable thrown) {
        return new StartActionFailed("onWorkerStart failed: " + thrown.className() + ": " + thrown.message(), thrown);
    }

    private FailedException failed(
            String reason, WorkerLauncher.@Nullable Launched launched, @Nullable WorkerOutput output, Throwable why) {
        OptionalInt exitCode = OptionalInt.empty();
        if (launched != null) {
            OptionalInt byItself = awaitExit(launched.process(), ENDING_WAIT_MILLIS); // its exit code tells something
            exitCode = tooSlow ? OptionalInt.empty() : byItself;
            if (byItself.isPresent()) {
                launcher.failedToStart(launched);
            }
            Termination.killTree(launched.process().toHandle());
            awaitExit(launched.process(), EXIT_WAIT_MILLIS);
            Termination.removeFilesOf(launched.process().pid());
            launched.offspring().kill(); // of onWorkerStart, in a JVM that ended before it could be killed
        }
        List<String> lastOutput = List.of();
        if (output != null) {
            output.awaitEnd(OUTPUT_WAIT_MILLIS);
            lastOutput = output.lastLines();
        }
        forwarded.awaitEnd(OUTPUT_WAIT_MILLIS);
        WorkerStartException failure = new WorkerStartException(
                TaskRef.NONE,
                Printable.line(reason, MAX_REASON_CHARS) + debug.cure(lastOutput),
                launched == null ? List.of() : launched.command(),
                exitCode,
                lastOutput,
                Optional.ofNullable(interventions.threadDump()));
        failure.addSuppressed(why instanceof StartActionFailed start ? start.thrown.toStandIn() : why);
        boolean roomIsShort = why instanceof VirtualMachineError; // no more threads or memory, here and not there
        boolean ran = launched != null && !roomIsShort;
        return new FailedException(
                new BootFailure(failure, ran || why instanceof UnstartableException || launcher.isJavaMissing()));
    }

    private static OptionalInt awaitExit(Process process, long timeoutMillis) {
        try {
            boolean ended = process.waitFor(timeoutMillis, TimeUnit.MILLISECONDS);
            return ended ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }

    /** Says why a worker did not become ready. */
    static final class FailedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient BootFailure failure;

        FailedException(BootFailure failure) {
            super(failure.report());
            this.failure = failure;
        }

        BootFailure failure() {
            return failure;
        }
    }

    /** The worker came up, but {@code onWorkerStart} threw there. */
    private static final class StartActionFailed extends TransportException {

        private static final long serialVersionUID = 1L;

        private final transient PortableThrowable thrown;

        StartActionFailed(String message, PortableThrowable thrown) {
            super(message);
            this.thrown = thrown;
        }
    }
}

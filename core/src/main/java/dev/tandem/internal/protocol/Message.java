package dev.tandem.internal.protocol;

import dev.tandem.Hygiene;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.Codec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing that supervisor and worker say to each other, grouped by direction.
 *
 * <pre>
 *   worker                       supervisor
 *     | HELLO ------------------------> |   first frame; a wrong version ends the meeting
 *     | &lt;-------------------- CONFIGURE |   codec, limits, start and stop actions
 *     | READY or START_FAILED --------> |   the start action has run
 *     | &lt;---------- DEFINE*, RUN(n items) |
 *     | STARTED a --------------------> |   before one byte of the user's is decoded
 *     | RUNNING a --------------------> |   decoded, user code is entered
 *     | REPORTED a* ------------------> |   progress, the latest only
 *     | ENCODING a -------------------> |   user code has returned (may be left out)
 *     | MEASURED a -------------------> |   how long that took, if RUN has asked for it
 *     | DEFINE_RESULT*, DONE a ------->  |   or FAILED a; then STARTED a+1 ...
 *     | &lt;-------------------------- PAGE |   once, after the first answer: a {@link StatusPage} to use instead of
 *     | PAGE_USED --------------------> |   STARTED, RUNNING, ENCODING, which are not sent from here on
 *     | &lt;------- DEFINE*, RUN_CHUNK a |   inputs that run under one attempt, on a {@link ChunkPage}
 *     | CHUNK_DONE a ----------------> |   their results are there; or DONE a or FAILED a, of the one that it is at
 *     | &lt;---------------------- FORGET f |   no run that follows is of function f, which RUN or RUN_CHUNK has told to keep
 *     | &lt;---------------------- CANCEL a |   interrupts a if it runs; else FAILED a, CANCELLED_UNSTARTED
 *     | &lt;-------------------- WITHDRAW a |   the same, but one that runs is left alone
 *     | &lt;---------------------- RECALL    |   gives back what has not started
 *     | ALIVE* -----------------------> |   on a timer, whatever the tasks do
 *     | LOOKUP l ---------------------> |   a class or resource that this JVM lacks; any time after CONFIGURE
 *     | &lt;----------------------- FOUND l |   what the supervisor's loaders have of it
 *     | LEFT_BEHIND a ----------------> |   what the task did not clean up, after its answer
 *     | LOGGED* ----------------------> |   from any thread, at any time after HELLO
 *     | LOGGER_WANTED ----------------> |   which of its levels are on?
 *     | &lt;------------------------ LEVELS |   these; and again when that has changed
 *     | RETIRING ---------------------> |   replace me; what is sent to me from now on, and what waits here,
 *     | FAILED a+1 -------------------> |   comes back as HANDED_BACK
 *     | FAILED a ---------------------> |   NO_FILE: send a again, with the array and not the name of its file
 *     | &lt;-------------------------- STOP |   the stop action runs, the process ends, EOF
 *     | STOPPING ---------------------> |   the JVM is shutting down, asked or not
 * </pre>
 *
 * <p>Immutable, except for the arrays that the larger messages carry, which nobody writes to.
 */
public sealed interface Message {

    /** What HELLO says; supervisor and worker are the same library, so there is no older peer to be kind to. */
    int PROTOCOL_VERSION = 1;

    /**
     * The kind.
     *
     * @return its kind, one per record
     */
    MessageKind kind();

    /**
     * The id of the frame.
     *
     * @return the attempt id, or a definition's id, or a task's id, or 0 where there is none of these
     */
    default long id() {
        return 0;
    }

    /** From supervisor to worker. */
    sealed interface ToWorker extends Message {}

    /** From worker to supervisor. */
    sealed interface ToSupervisor extends Message {}

    /**
     * All that a worker must know before its first task.
     *
     * @param workerIndex the number of this worker in its runner, from 0
     * @param runnerName the runner's name, for thread names
     * @param heartbeatNanos how often to send {@link Alive}
     * @param maxPayloadBytes the longest result
     * @param maxMemoryBytes memory above which the worker asks to be replaced, 0 for no limit
     * @param hygiene what to do about what a task leaves behind
     * @param codec the {@link Bundle} of the codec of tasks and results
     * @param onStart the {@link Bundle} of the start action, empty for none
     * @param onStop the {@link Bundle} of the stop action, empty for none
     */
    record Configure(
            int workerIndex,
            String runnerName,
            long heartbeatNanos,
            long maxPayloadBytes,
            long maxMemoryBytes,
            Hygiene hygiene,
            Slice codec,
            Slice onStart,
            Slice onStop)
            implements ToWorker {
        /** As the canonical constructor, of whole arrays. */
        public Configure(
                int workerIndex,
                String runnerName,
                long heartbeatNanos,
                long maxPayloadBytes,
                long maxMemoryBytes,
                Hygiene hygiene,
                byte[] codec,
                byte[] onStart,
                byte[] onStop) {
            this(
                    workerIndex,
                    runnerName,
                    heartbeatNanos,
                    maxPayloadBytes,
                    maxMemoryBytes,
                    hygiene,
                    Slice.of(codec),
                    Slice.of(onStart),
                    Slice.of(onStop));
        }

        @Override
        public MessageKind kind() {
            return MessageKind.CONFIGURE;
        }
    }

    /**
     * What the tasks sent from now on may refer to.
     *
     * @param definitionId counted from 0 on this connection and direction, without gaps
     * @param content the definition's bytes
     */
    record Define(int definitionId, Slice content) implements ToWorker {
        /** Takes over what an encoder returned. */
        public Define(Codec.Definition definition) {
            this(definition.id(), Slice.of(definition.bytes()));
        }

        /**
         * What the decoder is to learn.
         *
         * @return the definition
         */
        public Codec.Definition definition() {
            return new Codec.Definition(definitionId, content.toByteArray());
        }

        @Override
        public MessageKind kind() {
            return MessageKind.DEFINE;
        }

        @Override
        public long id() {
            return definitionId;
        }
    }

    /** How a function is called. */
    enum Call {
        /** A {@code Task}: called without input, its value is the result. */
        TASK(1),
        /** A {@code TaskAction}: called without input, the result is null. */
        ACTION(2),
        /** A {@code TaskFunction}: called with each item's input. */
        FUNCTION(3);

        private final int number;

        Call(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /**
     * One item of a {@link Run}.
     *
     * @param taskId the task's id, the same for each of its attempts
     * @param attempt which attempt this is, from 1
     * @param isMeasured whether its answer is to follow a {@link Measured}
     * @param input the encoded input, empty for {@link Call#TASK} and {@link Call#ACTION}
     */
    record Item(long taskId, int attempt, boolean isMeasured, Payload input) {
        /** As the canonical constructor, of a whole array, for what nobody measures. */
        public Item(long taskId, int attempt, byte[] input) {
            this(taskId, attempt, false, Payload.of(input));
        }
    }

    /**
     * Work: items that share one function, to be run one after the other and each answered on its own. Item i has the
     * attempt id {@code firstAttemptId + i}.
     *
     * @param firstAttemptId the attempt id of the first item
     * @param call how the function is called
     * @param name the name that the user gave, empty for none
     * @param timeoutNanos how long each item may run, for its deadline; 0 for no limit. The supervisor enforces it
     * @param diagnosticContext the submitter's MDC; entries without a value are left out
     * @param carried what carriers of context have captured, as text, by their names
     * @param functionNumber under which number the worker is to keep the function, for runs that follow; 0 if it need not; and if that is what
     *     it has kept already, the number with a minus
     * @param function the encoded function; nothing if the worker has it
     * @param items at least one
     */
    record Run(
            long firstAttemptId,
            Call call,
            String name,
            long timeoutNanos,
            Map<String, String> diagnosticContext,
            Map<String, String> carried,
            long functionNumber,
            Payload function,
            List<Item> items)
            implements ToWorker {
        /** As the canonical constructor, of a function that need not be kept. */
        public Run(
                long firstAttemptId,
                Call call,
                String name,
                long timeoutNanos,
                Map<String, String> diagnosticContext,
                Map<String, String> carried,
                Payload function,
                List<Item> items) {
            this(firstAttemptId, call, name, timeoutNanos, diagnosticContext, carried, 0, function, items);
        }

        /** Checks and copies. */
        public Run {
            if (items.isEmpty()) {
                throw new IllegalArgumentException("a run needs at least one item: attempt " + firstAttemptId);
            }
            Map<String, String> present = new LinkedHashMap<>();
            for (Map.Entry<String, String> entry : diagnosticContext.entrySet()) {
                if (entry.getKey() != null && entry.getValue() != null) {
                    present.put(entry.getKey(), entry.getValue());
                }
            }
            diagnosticContext = Collections.unmodifiableMap(present);
            carried = Map.copyOf(carried);
            items = List.copyOf(items);
        }

        /** As the canonical constructor, of a whole array, with nothing carried. */
        public Run(
                long firstAttemptId,
                Call call,
                String name,
                long timeoutNanos,
                Map<String, String> diagnosticContext,
                byte[] function,
                List<Item> items) {
            this(firstAttemptId, call, name, timeoutNanos, diagnosticContext, Map.of(), Payload.of(function), items);
        }

        /**
         * The same for a worker that is to keep the function.
         *
         * @param number a positive number
         * @return the run
         */
        public Run keeping(long number) {
            return with(number, function);
        }

        /**
         * The same for a worker that has kept the function.
         *
         * @param number a positive number
         * @return the run
         */
        public Run ofKept(long number) {
            return with(-number, Payload.NONE);
        }

        /**
         * The same with another function.
         *
         * @param other what is sent, or was made of that
         * @return the run
         */
        public Run of(Payload other) {
            return with(functionNumber, other);
        }

        private Run with(long number, Payload sent) {
            return new Run(firstAttemptId, call, name, timeoutNanos, diagnosticContext, carried, number, sent, items);
        }

        @Override
        public MessageKind kind() {
            return MessageKind.RUN;
        }

        @Override
        public long id() {
            return firstAttemptId;
        }
    }

    /**
     * Work: inputs that lie next to each other and share one attempt, which is that of the input that runs. Who takes how many of them is said
     * on a {@link ChunkPage}, and there are they themselves, and their results.
     *
     * @param run with one item: the task id of the first input, those of the others follow; without a payload
     * @param slot which of the worker's chunk pages
     * @param first the number of the first input, as the page counts
     */
    record RunChunk(Run run, int slot, int first) implements ToWorker {
        /** Checks. */
        public RunChunk {
            if (run.items().size() != 1 || run.call() != Call.FUNCTION || slot < 0 || slot >= ChunkPage.SLOTS) {
                throw new IllegalArgumentException(
                        "no chunk: " + run.call() + ", " + run.items().size() + " items, slot " + slot);
            }
        }

        @Override
        public MessageKind kind() {
            return MessageKind.RUN_CHUNK;
        }

        @Override
        public long id() {
            return run.firstAttemptId();
        }
    }

    /**
     * Interrupts the attempt if it runs, drops it if it has not started; of an attempt that has ended it says nothing.
     *
     * @param attemptId the attempt
     */
    record Cancel(long attemptId) implements ToWorker {
        @Override
        public MessageKind kind() {
            return MessageKind.CANCEL;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * Drops the attempt if it has not started; of one that has, or has ended, it says nothing.
     *
     * @param attemptId the attempt
     */
    record Withdraw(long attemptId) implements ToWorker {
        @Override
        public MessageKind kind() {
            return MessageKind.WITHDRAW;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * No run that follows is of this function.
     *
     * @param functionNumber the number that it was kept under
     */
    record Forget(long functionNumber) implements ToWorker {
        @Override
        public MessageKind kind() {
            return MessageKind.FORGET;
        }

        @Override
        public long id() {
            return functionNumber;
        }
    }

    /** Hands back all attempts that have not started, each with a {@link Failed} that says so; what comes later is as welcome as before. */
    record Recall() implements ToWorker {
        @Override
        public MessageKind kind() {
            return MessageKind.RECALL;
        }
    }

    /**
     * Which levels of loggers are on, as asked for by {@link LoggerWanted}.
     *
     * @param masks for each logger a bit per level, see {@link LogEvent#ALL_LEVELS}
     */
    record Levels(Map<String, Integer> masks) implements ToWorker {
        /** Copies. */
        public Levels {
            masks = Map.copyOf(masks);
        }

        @Override
        public MessageKind kind() {
            return MessageKind.LEVELS;
        }
    }

    /** Asks the worker to end once it has answered what it was sent. */
    record Stop() implements ToWorker {
        @Override
        public MessageKind kind() {
            return MessageKind.STOP;
        }
    }

    /**
     * The answer to a {@link Lookup}.
     *
     * @param lookupId the question
     * @param contents what was found, best first; nothing if it is not there, or cannot be sent
     * @param reason why there is nothing; empty for a resource that simply is not there
     */
    record Found(long lookupId, List<Slice> contents, String reason) implements ToWorker {
        /** Copies the list. */
        public Found {
            contents = List.copyOf(contents);
        }

        @Override
        public MessageKind kind() {
            return MessageKind.FOUND;
        }

        @Override
        public long id() {
            return lookupId;
        }
    }

    /**
     * The first frame of a worker.
     *
     * @param javaVersion the version of its JDK
     * @param protocolVersion {@link #PROTOCOL_VERSION} of its library
     */
    record Hello(String javaVersion, int protocolVersion) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.HELLO;
        }
    }

    /**
     * How long the steps of an attempt took, by the worker's clock; it comes just before the answer.
     *
     * @param attemptId the attempt
     * @param beganNanos when it began, a time of the worker's {@code nanoTime}
     * @param decodeNanos decoding function and input
     * @param runNanos running the function
     * @param encodeNanos encoding the result, or the failure
     */
    record Measured(long attemptId, long beganNanos, long decodeNanos, long runNanos, long encodeNanos)
            implements ToSupervisor {

        /**
         * When the last step was over.
         *
         * @return a time of the worker's {@code nanoTime}
         */
        public long endedNanos() {
            return beganNanos + decodeNanos + runNanos + encodeNanos;
        }

        @Override
        public MessageKind kind() {
            return MessageKind.MEASURED;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /** The worker is configured, its start action has run, it takes tasks. */
    record Ready() implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.READY;
        }
    }

    /** The process is alive; it says nothing about the task. */
    record Alive() implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.ALIVE;
        }
    }

    /**
     * A {@link StatusPage} for this worker.
     *
     * @param path the file to map
     */
    record Page(String path) implements ToWorker {
        @Override
        public MessageKind kind() {
            return MessageKind.PAGE;
        }
    }

    /** From here on the {@link StatusPage} says what has begun. */
    record PageUsed() implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.PAGE_USED;
        }
    }

    /**
     * The {@link StatusPage} cannot be used; messages go on saying what has begun.
     *
     * @param reason for people
     */
    record PageRefused(String reason) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.PAGE_REFUSED;
        }
    }

    /**
     * The attempt begins; sent before anything of the user's is decoded, so that without it user code provably never ran.
     *
     * @param attemptId the attempt
     */
    record Started(long attemptId) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.STARTED;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * Function and input are decoded, the function is being called.
     *
     * @param attemptId the attempt
     */
    record Running(long attemptId) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.RUNNING;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * The function has returned; left out if encoding the result runs no user code.
     *
     * @param attemptId the attempt
     */
    record Encoding(long attemptId) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.ENCODING;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * Progress of a running attempt; the latest wins, and the last one comes before {@link Done} or {@link Failed}.
     *
     * @param attemptId the attempt
     * @param done what is done
     * @param total of how much
     * @param note what is going on, empty for nothing
     */
    record Reported(long attemptId, long done, long total, String note) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.REPORTED;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * The attempt succeeded.
     *
     * @param attemptId the attempt
     * @param plain whether no code of the user's is in the result, so that none runs to decode it
     * @param result the encoded result
     */
    record Done(long attemptId, boolean plain, Payload result) implements ToSupervisor {
        /** As the canonical constructor, of a whole array. */
        public Done(long attemptId, boolean plain, byte[] result) {
            this(attemptId, plain, Payload.of(result));
        }

        @Override
        public MessageKind kind() {
            return MessageKind.DONE;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * Nothing more of a chunk begins, and whatever has begun has succeeded.
     *
     * @param attemptId the attempt
     * @param nanos how long that took
     */
    record ChunkDone(long attemptId, long nanos) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.CHUNK_DONE;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * The attempt failed.
     *
     * @param attemptId the attempt
     * @param reason where it failed
     * @param throwable the failure as data
     * @param culprit {@link dev.tandem.ipc.EncodingException#culprit()}, empty for {@link Reason#USER}
     * @param path {@link dev.tandem.ipc.EncodingException#path()}, empty for {@link Reason#USER}
     * @param original the encoded throwable of the user's, empty if it cannot travel or there is none
     */
    record Failed(
            long attemptId, Reason reason, PortableThrowable throwable, String culprit, String path, Slice original)
            implements ToSupervisor {

        /** Where an attempt failed. */
        public enum Reason {
            /** User code threw. */
            USER(1),
            /** The task or function could not be decoded; user code was not entered. */
            DECODING_TASK(2),
            /** The result could not be encoded. */
            ENCODING_RESULT(3),
            /** Cancelled before it started. */
            CANCELLED_UNSTARTED(4),
            /** Never started, and not wanted any less: the worker retires, another one is to run it. */
            HANDED_BACK(5),
            /** The input could not be decoded; user code was not entered. */
            DECODING_INPUT(6),
            /** Never started: a file with an array of its function could not be opened here. It is to be sent with the array. */
            NO_FILE(7);

            private final int number;

            Reason(int number) {
                this.number = number;
            }

            int number() {
                return number;
            }
        }

        @Override
        public MessageKind kind() {
            return MessageKind.FAILED;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * What the results sent from now on may refer to.
     *
     * @param definitionId counted from 0 on this connection and direction, without gaps
     * @param content the definition's bytes
     */
    record DefineResult(int definitionId, Slice content) implements ToSupervisor {
        /** Takes over what an encoder returned. */
        public DefineResult(Codec.Definition definition) {
            this(definition.id(), Slice.of(definition.bytes()));
        }

        /**
         * What the decoder is to learn.
         *
         * @return the definition
         */
        public Codec.Definition definition() {
            return new Codec.Definition(definitionId, content.toByteArray());
        }

        @Override
        public MessageKind kind() {
            return MessageKind.DEFINE_RESULT;
        }

        @Override
        public long id() {
            return definitionId;
        }
    }

    /**
     * The worker could not become ready and ends.
     *
     * @param throwable why
     */
    record StartFailed(PortableThrowable throwable) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.START_FAILED;
        }
    }

    /**
     * The stop action failed; the worker ends all the same.
     *
     * @param throwable why
     */
    record StopFailed(PortableThrowable throwable) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.STOP_FAILED;
        }
    }

    /**
     * The worker asks to be replaced before its next task.
     *
     * @param reason why, with value and limit
     */
    record Retiring(String reason) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.RETIRING;
        }
    }

    /**
     * What a task has not cleaned up. It comes after the answer, which nobody should have to wait for.
     *
     * @param attemptId the attempt, which is answered and may be forgotten
     * @param taskId the task's id
     * @param attempt which attempt it was, from 1
     * @param taskName the name that the user gave, empty for none
     * @param findings at least one
     */
    record LeftBehind(long attemptId, long taskId, int attempt, String taskName, List<Finding> findings)
            implements ToSupervisor {
        /** Copies. */
        public LeftBehind {
            findings = List.copyOf(findings);
        }

        @Override
        public MessageKind kind() {
            return MessageKind.LEFT_BEHIND;
        }

        @Override
        public long id() {
            return attemptId;
        }
    }

    /**
     * The worker needs a class file or a resource that is not on its class path. Each is answered by {@link Found}, in any order.
     *
     * @param lookupId counted by the worker
     * @param name as {@link ClassLoader#getResource} takes it; a class is asked for by the name of its class file
     * @param all whether all resources of the name are wanted, or the first
     */
    record Lookup(long lookupId, String name, boolean all) implements ToSupervisor {

        /** How many lookups a worker has open at most; others of its threads wait before they ask. */
        public static final int MAX_OPEN = 64;

        /** More than any name that a file system takes. */
        public static final int MAX_NAME_CHARS = 4_096;

        /**
         * Whether a worker may ask for this name.
         *
         * @param name as {@link ClassLoader#getResource} takes it
         * @return false for what is too long, is absolute, leads upwards, or holds what no name of a resource does
         */
        public static boolean isName(String name) {
            if (name.isEmpty() || name.length() > MAX_NAME_CHARS || name.charAt(0) == '/') {
                return false;
            }
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                if (c < ' ' || c == '\\' || c == ':' || c == 0x7f) {
                    return false;
                }
            }
            return !name.equals("..") && !name.startsWith("../") && !name.endsWith("/..") && !name.contains("/../");
        }

        @Override
        public MessageKind kind() {
            return MessageKind.LOOKUP;
        }

        @Override
        public long id() {
            return lookupId;
        }
    }

    /**
     * Something was logged in the worker.
     *
     * @param taskId the task that ran, 0 for none
     * @param event what was logged
     */
    record Logged(long taskId, LogEvent event) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.LOGGED;
        }

        @Override
        public long id() {
            return taskId;
        }
    }

    /**
     * The worker wants to know which levels of a logger are on, now and whenever that changes.
     *
     * @param logger the logger's name
     */
    record LoggerWanted(String logger) implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.LOGGER_WANTED;
        }
    }

    /** The JVM of the worker is shutting down; nothing but the answers already sent is to be expected of it. */
    record Stopping() implements ToSupervisor {
        @Override
        public MessageKind kind() {
            return MessageKind.STOPPING;
        }
    }
}

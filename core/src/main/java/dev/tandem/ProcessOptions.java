package dev.tandem;

import dev.tandem.ipc.AllowList;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How {@linkplain ParallelRunner#processes(java.util.function.UnaryOperator) a runner on worker JVMs} is built.
 *
 * <p>The options fall into five groups, in this order below:
 *
 * <ul>
 *   <li><b>the pool</b>: how many workers, how many tasks may wait, what it is called;
 *   <li><b>the worker JVM</b>: its heap, flags, JDK, class path, environment. By default a worker is the JDK and class path of
 *       this JVM, a heap such that all workers fit into memory together, and the number of cores divided by the number of
 *       workers as its {@code availableProcessors()}, so that pools inside tasks do not oversubscribe the machine;
 *   <li><b>its life</b>: what runs when it starts and stops, how long that may take, when it is retired or given up;
 *   <li><b>the wire</b>: how bytes get there and back;
 *   <li><b>whom to trust</b>: what may be decoded of what a worker sends.
 * </ul>
 *
 * <p>Options that contradict each other are refused by the second setter of the two, in whatever order they come. Where the
 * sensible value of one option follows from another one, it is derived for as long as nobody sets it.
 *
 * <p>Not an option, since it belongs to one run of a program: with the system property {@code -Dtandem.debug=5005} a runner has one
 * worker, which waits until a debugger attaches to that port of the loopback interface; a second runner takes the next port, and
 * the log says which. With {@code -Dtandem.debug=dial:5005} every worker dials a debugger that listens on that port. Either way
 * {@code startTimeout}, {@code killGrace}, {@code heartbeat}, {@code idleTimeout} and the time-outs of tasks end nothing; what
 * the program itself limits, such as {@code close(Duration)}, still does, but kills nobody. A value that is no port, or that
 * names another host, is refused with an {@link IllegalArgumentException} when a runner is opened.
 *
 * <p>Immutable and safe for use by any number of threads: each setter checks its value and returns a copy. {@link #toString()}
 * shows the names of environment variables and system properties but not their values, which may be secret.
 */
public final class ProcessOptions implements RunnerOptions {

    private static final int HEARTBEATS_UNTIL_HUNG = 10;
    private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LEAST_HEARTBEAT = Duration.ofMillis(1);
    private static final Duration MOST_HEARTBEAT = Duration.ofHours(1);
    private static final Duration LEAST_START_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MOST_START_TIMEOUT = Duration.ofDays(1);

    /** Less, and no JVM starts. */
    private static final long LEAST_HEAP_BYTES = 2 * ByteSize.MIB;

    private static final long MOST_BYTES = 1L << 50;
    private static final long LEAST_PAYLOAD_BYTES = ByteSize.KIB;
    private static final long DEFAULT_PAYLOAD_BYTES = 1024 * ByteSize.MIB;
    private static final long HARDENED_PAYLOAD_BYTES = 64 * ByteSize.MIB;

    /** A payload is an array, and not every JVM can make one of {@code Integer.MAX_VALUE} bytes. */
    private static final long MOST_PAYLOAD_BYTES = 2047 * ByteSize.MIB;

    private static final Option<Integer> WORKERS = Option.of("workers");
    private static final Option<Integer> SPARE_WORKERS = Option.of("spareWorkers", 0);
    private static final Option<Integer> QUEUE_CAPACITY = Option.of("queueCapacity", 65_536);
    private static final Option<FullQueue> ON_FULL_QUEUE = Option.of("onFullQueue", FullQueue.BLOCK);
    private static final Option<String> NAME = Option.of("name", "tandem");
    private static final Option<Integer> RECORD_EVENTS = Option.of("recordEvents");
    private static final Option<Boolean> JMX = Option.of("jmx", true);

    private static final Option<Long> MAX_HEAP = Option.<Long>of("maxHeap").printedAs(ByteSize::text);
    private static final Option<List<String>> JVM_ARGS =
            Option.of("jvmArgs", List.<String>of()).printedAs(WorkerJvmRules::textOf);
    private static final Option<Path> JAVA_HOME = Option.of("javaHome");
    private static final Option<List<Path>> CLASS_PATH = Option.of("classPath", List.of());
    private static final Option<Boolean> CLASS_ARCHIVE = Option.of("classArchive", true);
    private static final Option<Map<String, String>> ENVIRONMENT =
            Option.of("environment", Map.<String, String>of()).printedAs(WorkerJvmRules::names);
    private static final Option<Map<String, String>> SYSTEM_PROPERTIES =
            Option.of("systemProperties", Map.<String, String>of()).printedAs(WorkerJvmRules::names);
    private static final Option<List<String>> INHERITED_PROPERTIES = Option.of("inheritProperties", List.of());
    private static final Option<Path> WORKING_DIRECTORY = Option.of("workingDirectory");

    private static final Option<TaskAction> ON_WORKER_START = Option.of("onWorkerStart");
    private static final Option<TaskAction> ON_WORKER_STOP = Option.of("onWorkerStop");
    private static final Option<Duration> START_TIMEOUT = Option.of("startTimeout");
    private static final Option<Duration> KILL_GRACE = Option.of("killGrace", Duration.ofSeconds(1));
    private static final Option<Duration> HEARTBEAT = Option.of("heartbeat");
    private static final Option<Integer> MAX_TASKS_PER_WORKER = Option.of("maxTasksPerWorker");
    private static final Option<Long> MAX_WORKER_MEMORY =
            Option.<Long>of("maxWorkerMemory").printedAs(ByteSize::text);
    private static final Option<Duration> IDLE_TIMEOUT = Option.of("idleTimeout");
    private static final Option<Hygiene> HYGIENE = Option.of("hygiene", Hygiene.WARN);
    private static final Option<WorkerLogging> WORKER_LOGGING = Option.of("workerLogging", WorkerLogging.FORWARD);
    private static final Option<Integer> RESTART_LIMIT = Option.of("restartLimit");
    private static final Option<Duration> RESTART_PERIOD = Option.of("restartPeriod", Duration.ofSeconds(10));

    private static final Option<Transport> TRANSPORT =
            Option.<Transport>of("transport").printedAs(Transport::name);
    private static final Option<Codec> CODEC = Option.of("codec");
    private static final Option<Long> MAX_PAYLOAD =
            Option.<Long>of("maxPayload").printedAs(ByteSize::text);

    private static final Option<Boolean> HARDENED = Option.of("hardened", false);
    private static final Option<List<String>> ALLOW = Option.of("allow", List.of());
    private static final Option<Path> RECORD_TYPES = Option.of("recordTypes");

    private static final ProcessOptions DEFAULTS = new ProcessOptions(OptionSet.EMPTY);

    private final OptionSet options;

    private ProcessOptions(OptionSet options) {
        this.options = options;
    }

    /** {@return the options of a runner for which nothing was chosen} */
    public static ProcessOptions defaults() {
        return DEFAULTS;
    }

    /** {@return {@link Strategy#PROCESSES}} */
    @Override
    public Strategy strategy() {
        return Strategy.PROCESSES;
    }

    // ---- the pool ----

    /**
     * Sets how many worker JVMs there may be, and so how many tasks may run at once.
     *
     * @param workers a positive number
     * @return a copy of these options with that number
     */
    public ProcessOptions workers(int workers) {
        return with(WORKERS, Checks.positive("workers", workers));
    }

    /** {@return how many worker JVMs there may be; unless set, the number of cores that this JVM may use} */
    @Override
    public int workers() {
        return options.find(WORKERS).orElseGet(Runtime.getRuntime()::availableProcessors);
    }

    /**
     * Sets how many started workers stand by, beyond those in use, to take the place of one that is lost or retired. They are
     * started with the first task, and {@code idleTimeout} leaves that many alone.
     *
     * @param workers zero or more
     * @return a copy of these options with that number
     */
    public ProcessOptions spareWorkers(int workers) {
        return with(SPARE_WORKERS, Checks.notNegative("spareWorkers", workers));
    }

    /** {@return how many started workers stand by; none unless set} */
    public int spareWorkers() {
        return options.get(SPARE_WORKERS);
    }

    /**
     * Bounds the queue between {@code submit} and the workers.
     *
     * @param submissions how many may wait, a positive number
     * @return a copy of these options with that bound
     */
    public ProcessOptions queueCapacity(int submissions) {
        return with(QUEUE_CAPACITY, Checks.positive("queueCapacity", submissions));
    }

    /** {@return how many submissions may wait for a worker; 65,536 unless set} */
    @Override
    public int queueCapacity() {
        return options.get(QUEUE_CAPACITY);
    }

    /**
     * Sets what {@code submit} does when the queue is full.
     *
     * @param policy to wait or to refuse
     * @return a copy of these options with that policy
     */
    public ProcessOptions onFullQueue(FullQueue policy) {
        return with(ON_FULL_QUEUE, Checks.present("onFullQueue", policy));
    }

    /** {@return what {@code submit} does when the queue is full; it waits unless set} */
    @Override
    public FullQueue onFullQueue() {
        return options.get(ON_FULL_QUEUE);
    }

    /**
     * Names the runner; its threads and log lines start with it.
     *
     * @param name a short text on one line
     * @return a copy of these options with that name
     */
    public ProcessOptions name(String name) {
        return with(NAME, Checks.name("name", name));
    }

    /** {@return the name of the runner; {@code tandem} unless set} */
    @Override
    public String name() {
        return options.get(NAME);
    }

    // ---- the worker JVM ----

    /**
     * Caps the heap of each worker. A task that needs more costs its worker, not this JVM.
     *
     * <p>Unless set, the heaps of all workers together may take 60 % of the machine's memory, or of the container's: each gets its part
     * when it is started, divided by the workers and spare workers of its runner and by those that other runners of this JVM have by
     * then, unless these have a cap of their own. Set it where runners come and go, or where a task needs to know what it has.
     *
     * <p><b>Note:</b> the worker ends with the first {@code OutOfMemoryError} that the JVM raises for its heap, also if the task
     * would catch it: after that no code in the JVM can be relied upon. The task fails with a {@link WorkerLostException}. To
     * let tasks handle it themselves, add {@code jvmArgs("-XX:-ExitOnOutOfMemoryError")}.
     *
     * @param size such as {@code 512m} or {@code 1g}, at least {@code 2m}; a number without a unit is in bytes
     * @return a copy of these options with that cap
     * @throws IllegalArgumentException also if {@code jvmArgs} sets the heap or lets it begin larger, or {@code
     *     maxWorkerMemory} is not larger
     */
    public ProcessOptions maxHeap(String size) {
        return with(MAX_HEAP, ByteSize.parse("maxHeap", size, LEAST_HEAP_BYTES, MOST_BYTES))
                .checked();
    }

    /** {@return the cap of each worker's heap in bytes; empty if the runner chooses} */
    public OptionalLong maxHeapBytes() {
        return optionalLong(MAX_HEAP);
    }

    /**
     * Adds flags for the {@code java} command of the workers, after those that were added before.
     *
     * @param args such as {@code -XX:+UseParallelGC}; class path, main class and whatever has an option of its own here are
     *     refused
     * @return a copy of these options with those flags
     */
    public ProcessOptions jvmArgs(String... args) {
        return jvmArgs(Arrays.asList(Checks.present("jvmArgs", args)));
    }

    /**
     * Adds flags, as {@link #jvmArgs(String...)} does.
     *
     * @param args the flags
     * @return a copy of these options with those flags
     */
    public ProcessOptions jvmArgs(List<String> args) {
        List<String> all = WorkerJvmRules.appended("jvmArgs", jvmArgs(), args);
        WorkerJvmRules.checkFlags(all);
        return with(JVM_ARGS, all).checked();
    }

    /** {@return the flags that were added, in order} */
    public List<String> jvmArgs() {
        return options.get(JVM_ARGS);
    }

    /**
     * Runs the workers on another JDK.
     *
     * @param home a directory that contains {@code bin/java}
     * @return a copy of these options with that JDK
     */
    public ProcessOptions javaHome(Path home) {
        return with(JAVA_HOME, WorkerJvmRules.javaHome(Checks.present("javaHome", home)));
    }

    /** {@return the JDK of the workers; empty if it is that of this JVM} */
    public Optional<Path> javaHome() {
        return options.find(JAVA_HOME);
    }

    /**
     * Adds entries to a class path that replaces the one inherited from this JVM.
     *
     * <p>The library itself is added if it is missing. What is found there is read by the workers themselves, and is looked for
     * there first; all other classes and resources of the tasks come from the class loaders of this JVM, through the connection.
     *
     * @param entries directories and jars, or {@code directory/*} for all jars in it; at least one
     * @return a copy of these options with those entries after the ones that were added before
     * @throws IllegalArgumentException also if one of them does not exist; whether it is a jar, and can be read, is what
     *     {@link #doctor()} tells
     */
    public ProcessOptions classPath(Path... entries) {
        return classPath(Arrays.asList(Checks.present("classPath", entries)));
    }

    /**
     * Adds entries, as {@link #classPath(Path...)} does.
     *
     * @param entries the entries
     * @return a copy of these options with those entries
     */
    public ProcessOptions classPath(List<Path> entries) {
        List<Path> all = WorkerJvmRules.appended("classPath", classPath(), entries);
        all.forEach(WorkerJvmRules::classPathEntry);
        return with(CLASS_PATH, all);
    }

    /** {@return the class path of the workers; empty if it is that of this JVM} */
    public List<Path> classPath() {
        return options.get(CLASS_PATH);
    }

    /**
     * Sets an environment variable of the workers, which otherwise inherit those of this JVM.
     *
     * @param name its name, without {@code =}
     * @param value its value
     * @return a copy of these options with that variable
     */
    public ProcessOptions environment(String name, String value) {
        return environment(Map.of(
                Checks.present("environment name", name), Checks.present("environment value of " + name, value)));
    }

    /**
     * Sets several environment variables, as {@link #environment(String, String)} does.
     *
     * @param variables values by name
     * @return a copy of these options with those variables
     */
    public ProcessOptions environment(Map<String, String> variables) {
        return with(ENVIRONMENT, WorkerJvmRules.merged("environment", environment(), variables));
    }

    /** {@return the variables that were set} */
    public Map<String, String> environment() {
        return options.get(ENVIRONMENT);
    }

    /**
     * Sets a system property of the workers. Of those of this JVM they have only what {@link #inheritProperties(String...)}
     * names, and what all code depends on as it is when a worker starts: default charset, locale, time zone, and whether there is
     * no screen, which is assumed unless {@code java.awt.headless} is false here.
     *
     * @param key its name, without {@code =}
     * @param value its value
     * @return a copy of these options with that property
     */
    public ProcessOptions systemProperty(String key, String value) {
        Map<String, String> property = Map.of(
                Checks.present("systemProperty name", key), Checks.present("systemProperty value of " + key, value));
        return with(SYSTEM_PROPERTIES, WorkerJvmRules.merged("systemProperty", systemProperties(), property))
                .checked();
    }

    /** {@return the system properties that were set} */
    public Map<String, String> systemProperties() {
        return options.get(SYSTEM_PROPERTIES);
    }

    /**
     * Has workers take over system properties of this JVM, with the values that those have when the worker starts. One that is
     * not set here is not set there.
     *
     * @param names names, or beginnings of names that end in {@code *} such as {@code app.*}; what each JVM has of its own, such as
     *     {@code java.*}, and what has an option here is refused
     * @return a copy of these options with those names after the ones that were added before; what {@link #systemProperty} sets
     *     wins
     */
    public ProcessOptions inheritProperties(String... names) {
        List<String> all = WorkerJvmRules.appended(
                "inheritProperties", inheritedProperties(), Arrays.asList(Checks.present("inheritProperties", names)));
        all.forEach(InheritedProperties::check);
        return with(INHERITED_PROPERTIES, all);
    }

    /** {@return the names of the system properties that workers take over from this JVM} */
    public List<String> inheritedProperties() {
        return options.get(INHERITED_PROPERTIES);
    }

    /**
     * Starts the workers in another directory.
     *
     * @param directory an existing directory
     * @return a copy of these options with that directory
     */
    public ProcessOptions workingDirectory(Path directory) {
        return with(WORKING_DIRECTORY, WorkerJvmRules.directory(Checks.present("workingDirectory", directory)));
    }

    /** {@return the directory of the workers; empty if it is that of this JVM} */
    public Optional<Path> workingDirectory() {
        return options.find(WORKING_DIRECTORY);
    }

    // ---- its life ----

    /**
     * Runs an action in each worker before its first task. If it fails, the worker could not be started.
     *
     * @param action what to do; it must be able to travel
     * @return a copy of these options with that action
     */
    public ProcessOptions onWorkerStart(TaskAction action) {
        return with(ON_WORKER_START, Checks.present("onWorkerStart", action));
    }

    /** {@return what runs in each worker before its first task} */
    public Optional<TaskAction> onWorkerStart() {
        return options.find(ON_WORKER_START);
    }

    /**
     * Runs an action in each worker that ends in an orderly way, after its last task. If it fails, that is logged.
     *
     * @param action what to do; it must be able to travel
     * @return a copy of these options with that action
     */
    public ProcessOptions onWorkerStop(TaskAction action) {
        return with(ON_WORKER_STOP, Checks.present("onWorkerStop", action));
    }

    /** {@return what runs in each worker after its last task} */
    public Optional<TaskAction> onWorkerStop() {
        return options.find(ON_WORKER_STOP);
    }

    /**
     * Limits how long a worker may take from the start of its process until it is ready for tasks.
     *
     * @param timeout from 100 milliseconds to a day; longer than {@link #hangLimit() ten heartbeats} if those are set too
     * @return a copy of these options with that limit
     */
    public ProcessOptions startTimeout(Duration timeout) {
        return with(START_TIMEOUT, Checks.between("startTimeout", timeout, LEAST_START_TIMEOUT, MOST_START_TIMEOUT))
                .checked();
    }

    /** {@return how long a worker may take to start; unless set, 30 seconds, or twice the hang limit if that is longer} */
    public Duration startTimeout() {
        return options.find(START_TIMEOUT).orElseGet(() -> {
            Duration twiceTheHangLimit = hangLimit().multipliedBy(2);
            return twiceTheHangLimit.compareTo(DEFAULT_START_TIMEOUT) > 0 ? twiceTheHangLimit : DEFAULT_START_TIMEOUT;
        });
    }

    /**
     * Sets how long a task may take to end after its interrupt, before its worker is killed.
     *
     * @param grace zero or more
     * @return a copy of these options with that grace
     */
    public ProcessOptions killGrace(Duration grace) {
        return with(KILL_GRACE, Checks.notNegative("killGrace", grace));
    }

    /** {@return how long an interrupted task may take to end; one second unless set} */
    public Duration killGrace() {
        return options.get(KILL_GRACE);
    }

    /**
     * Sets how often a worker gives a sign of life. One that misses ten in a row is killed and replaced. A long task gives
     * signs of life too: what limits a task is its {@link TaskOptions#timeout(Duration) timeout}.
     *
     * @param period from a millisecond to an hour; less than a tenth of the start time-out if that is set too
     * @return a copy of these options with that period
     */
    public ProcessOptions heartbeat(Duration period) {
        return with(HEARTBEAT, Checks.between("heartbeat", period, LEAST_HEARTBEAT, MOST_HEARTBEAT))
                .checked();
    }

    /** {@return how often a worker gives a sign of life; unless set, each second, or 20 times per shorter start time-out} */
    public Duration heartbeat() {
        return options.find(HEARTBEAT).orElseGet(() -> {
            Duration share =
                    options.find(START_TIMEOUT).orElse(DEFAULT_START_TIMEOUT).dividedBy(2L * HEARTBEATS_UNTIL_HUNG);
            return share.compareTo(DEFAULT_HEARTBEAT) < 0 ? share : DEFAULT_HEARTBEAT;
        });
    }

    /** {@return how long a worker may be silent before it is killed as hung: ten heartbeats} */
    public Duration hangLimit() {
        return heartbeat().multipliedBy(HEARTBEATS_UNTIL_HUNG);
    }

    /**
     * Retires each worker after so many tasks, against leaks in what the tasks use.
     *
     * @param tasks a positive number
     * @return a copy of these options with that limit
     */
    public ProcessOptions maxTasksPerWorker(int tasks) {
        return with(MAX_TASKS_PER_WORKER, Checks.positive("maxTasksPerWorker", tasks));
    }

    /** {@return after how many tasks a worker is retired; empty if never} */
    public OptionalInt maxTasksPerWorker() {
        return optionalInt(MAX_TASKS_PER_WORKER);
    }

    /**
     * Retires a worker, between two tasks, when its process takes more memory, native memory included, after a garbage
     * collection. A worker that has done nothing takes some 40 MB. Workers also get flags that let their heap shrink.
     *
     * @param size such as {@code 2g}, larger than {@code maxHeap}
     * @return a copy of these options with that limit
     */
    public ProcessOptions maxWorkerMemory(String size) {
        return with(MAX_WORKER_MEMORY, ByteSize.parse("maxWorkerMemory", size, LEAST_HEAP_BYTES, MOST_BYTES))
                .checked();
    }

    /** {@return at how many bytes a worker is retired; empty if never} */
    public OptionalLong maxWorkerMemoryBytes() {
        return optionalLong(MAX_WORKER_MEMORY);
    }

    /**
     * Retires workers that have had nothing to do for so long; new ones start when there is work again.
     *
     * @param timeout a positive time
     * @return a copy of these options with that limit
     */
    public ProcessOptions idleTimeout(Duration timeout) {
        return with(IDLE_TIMEOUT, Checks.positive("idleTimeout", timeout));
    }

    /** {@return after how long without work a worker is retired; empty if never} */
    public Optional<Duration> idleTimeout() {
        return options.find(IDLE_TIMEOUT);
    }

    /**
     * Chooses whether workers may load the library from a class archive, which lets them start in two thirds of the time.
     *
     * <p>They may, unless this is false. The archive is made once for each JDK and version of the library, in the background, by a JVM
     * of its own, when a runner has been open for some seconds and has found none; it holds no code of the user's. It is kept, 4 MB, in
     * {@code $XDG_CACHE_HOME/tandem} or {@code ~/.cache/tandem}, if that is a directory that this user alone can enter. Where it
     * cannot be made or does not fit, where the library is not in jars, and where {@link #classPath} is set or {@link #jvmArgs} has something
     * to say about archives, workers start without.
     *
     * @param allowed whether there may be one
     * @return a copy of these options with that choice
     */
    public ProcessOptions classArchive(boolean allowed) {
        return with(CLASS_ARCHIVE, allowed);
    }

    /** {@return whether workers may load the library from a class archive; true unless set} */
    public boolean classArchive() {
        return options.get(CLASS_ARCHIVE);
    }

    /**
     * Chooses what happens when a task leaves something behind in its worker: threads, a changed locale, closed streams.
     *
     * @param hygiene whether to say so, and whether to replace the worker
     * @return a copy of these options with that choice
     */
    public ProcessOptions hygiene(Hygiene hygiene) {
        return with(HYGIENE, Checks.present("hygiene", hygiene));
    }

    /** {@return what happens when a task leaves something behind; a warning in the log unless set} */
    public Hygiene hygiene() {
        return options.get(HYGIENE);
    }

    /**
     * Chooses where that goes which code in the workers logs through SLF4J.
     *
     * <p>Unless set, it goes to the loggers of the same names in this JVM, with level, message, exception, markers, key-value
     * pairs and MDC, and with {@code worker} and {@code task} in the MDC; levels that are off here are off in the workers, which
     * learn of a change within two seconds. It is logged soon after, not before {@code join} returns, on a thread with the name of
     * the thread that logged. What comes faster than the appenders here take it is dropped, and how much that was is logged.
     *
     * <p>The system property {@code slf4j.provider} of the workers wins over this. It needs SLF4J 2.0.9 or newer on the
     * class path of the workers; with an older one, and where this JVM has no back end of SLF4J itself, they log as with {@link
     * WorkerLogging#OWN}.
     *
     * @param logging where it goes
     * @return a copy of these options with that choice
     */
    public ProcessOptions workerLogging(WorkerLogging logging) {
        return with(WORKER_LOGGING, Checks.present("workerLogging", logging));
    }

    /** {@return where that goes which code in the workers logs; to the loggers of this JVM unless set} */
    public WorkerLogging workerLogging() {
        return options.get(WORKER_LOGGING);
    }

    /**
     * Limits how many workers may be lost before the runner gives up with a {@link RunnerBrokenException}: so many at once, and
     * after that one per period. After 30 seconds it tries one worker, and goes on if that answers a task. Three starts in a row
     * that fail before any worker was ever ready are given up for good, whatever this limit.
     *
     * @param losses how many, a positive number
     * @param period after how long one of them is forgiven, a positive time
     * @return a copy of these options with that limit
     */
    public ProcessOptions restartLimit(int losses, Duration period) {
        return with(RESTART_LIMIT, Checks.positive("restartLimit", losses))
                .with(RESTART_PERIOD, Checks.positive("restartLimit period", period));
    }

    /** {@return how many workers may be lost at once; unless set, twice the number of workers, but at least 5} */
    public int restartLimit() {
        return options.find(RESTART_LIMIT).orElseGet(() ->
                (int) Math.min(Integer.MAX_VALUE, Math.max(5, 2L * workers())));
    }

    /** {@return after how long one lost worker is forgiven; 10 seconds unless set} */
    public Duration restartPeriod() {
        return options.get(RESTART_PERIOD);
    }

    // ---- the wire ----

    /**
     * Chooses how this JVM and its workers meet.
     *
     * @param transport such as {@link Transport#unixSocket()}
     * @return a copy of these options with that transport
     * @throws IllegalArgumentException if it is {@link Transport#sharedMemory()} and {@link #hardened()} is set
     */
    public ProcessOptions transport(Transport transport) {
        return with(TRANSPORT, Checks.present("transport", transport)).checked();
    }

    /** {@return how this JVM and its workers meet; {@link Transport#platformDefault()} unless set} */
    public Transport transport() {
        return options.find(TRANSPORT).orElseGet(Transport::platformDefault);
    }

    /**
     * Chooses how objects become bytes.
     *
     * @param codec used by both sides; it must be able to travel by Java serialization
     * @return a copy of these options with that codec
     */
    public ProcessOptions codec(Codec codec) {
        return with(CODEC, Checks.present("codec", codec));
    }

    /** {@return how objects become bytes; {@link Codec#java()} unless set} */
    public Codec codec() {
        return options.find(CODEC).orElseGet(Codec::java);
    }

    /**
     * Limits the encoding of one task, input or result; what is longer fails with a {@link NotTransferableException}.
     *
     * @param size such as {@code 64m}, from {@code 1k} to {@code 2047m}
     * @return a copy of these options with that limit
     */
    public ProcessOptions maxPayload(String size) {
        return with(MAX_PAYLOAD, ByteSize.parse("maxPayload", size, LEAST_PAYLOAD_BYTES, MOST_PAYLOAD_BYTES));
    }

    /**
     * {@return how many bytes one task, input or result may take; unless set, 1 GiB, or 64 MiB if {@link #hardened()}; always
     * fits an {@code int}}
     */
    public long maxPayloadBytes() {
        return options.find(MAX_PAYLOAD).orElse(isHardened() ? HARDENED_PAYLOAD_BYTES : DEFAULT_PAYLOAD_BYTES);
    }

    // ---- whom to trust ----

    /**
     * Takes nothing from the workers on trust: for tasks that may fall into the hands of somebody else, in workers that the
     * system confines.
     *
     * <p>Of a result only classes are decoded that are known to do no harm, that come from the same jar or directory as a
     * task of this runner, or that are {@linkplain #allow allowed}. A class is judged by its name, before it is loaded; lambdas,
     * proxies and {@code Externalizable} classes are always refused. An exception of which a class is refused arrives as a
     * {@link StandInException}. Payloads are smaller by default.
     *
     * <p><b>Note:</b> a worker that runs as the same user can attach to this JVM and needs no forged result. This is a wall only
     * around workers that run as another user or in a container; what it holds and what not stands in {@code
     * docs/SECURITY.md}.
     *
     * @return a copy of these options for workers that are not trusted
     * @throws IllegalArgumentException if {@link #recordTypes} is set, which trusts the workers
     */
    public ProcessOptions hardened() {
        return with(HARDENED, true).checked();
    }

    /** {@return whether results are taken from {@link #hardened()} workers; not unless set} */
    public boolean isHardened() {
        return options.get(HARDENED);
    }

    /**
     * Allows more classes in the results of {@link #hardened()} workers, beside those that were allowed before.
     *
     * <p>A jar can say the same in a file {@code META-INF/tandem/allowed-types}, one type a line.
     *
     * @param types {@code com.acme.Invoice} for one class, {@code com.acme.*} for those of a package, {@code com.acme.**} for
     *     those of its subpackages too; classes of the JDK one by one
     * @return a copy of these options with those types
     */
    public ProcessOptions allow(String... types) {
        return allow(Arrays.asList(Checks.present("allow", types)));
    }

    /**
     * Allows more classes, as {@link #allow(String...)} does.
     *
     * @param types classes and packages
     * @return a copy of these options with those types
     */
    public ProcessOptions allow(List<String> types) {
        List<String> all = WorkerJvmRules.appended("allow", allowed(), types);
        all.forEach(AllowList::checkPattern);
        return with(ALLOW, all);
    }

    /** {@return the classes and packages that were allowed, in order} */
    public List<String> allowed() {
        return options.get(ALLOW);
    }

    /**
     * Writes down which classes the results need that {@link #hardened()} would not let pass by itself; for a run of one's own
     * tests, whose results are trusted.
     *
     * <p>When the runner is closed, the names are added to the file, sorted, one a line. It can be used as it is as {@code
     * META-INF/tandem/allowed-types}.
     *
     * @param file the file, which need not exist
     * @return a copy of these options with that file
     * @throws IllegalArgumentException if {@link #hardened()} is set, which refuses what was to be recorded
     */
    public ProcessOptions recordTypes(Path file) {
        return with(RECORD_TYPES, Checks.present("recordTypes", file)).checked();
    }

    /** {@return where the classes of results are recorded; empty unless set} */
    public Optional<Path> recordTypes() {
        return options.find(RECORD_TYPES);
    }

    private ProcessOptions checked() {
        options.find(MAX_HEAP).ifPresent(heap -> {
            WorkerJvmRules.checkOneHeap(heap, jvmArgs());
            WorkerJvmRules.checkInitialHeap(heap, jvmArgs());
            options.find(MAX_WORKER_MEMORY).ifPresent(memory -> WorkerJvmRules.checkMemory(heap, memory));
        });
        WorkerJvmRules.checkOneProperty(systemProperties(), jvmArgs());
        if (isHardened() && recordTypes().isPresent()) {
            throw new IllegalArgumentException(
                    "hardened and recordTypes must not both be set, since recording trusts what it"
                            + " records: recordTypes=" + recordTypes().get() + "; keep one");
        }
        if (isHardened() && transport() == Transport.sharedMemory()) {
            throw new IllegalArgumentException(
                    "hardened and transport=shared-memory must not both be set, since a worker can cut the file that it shares,"
                            + " which this JVM may not survive; keep one");
        }
        if (hangLimit().compareTo(startTimeout()) >= 0) {
            throw new IllegalArgumentException("startTimeout must be longer than " + HEARTBEATS_UNTIL_HUNG
                    + " heartbeats, after which a worker counts as hung: startTimeout=" + startTimeout()
                    + ", heartbeat="
                    + heartbeat());
        }
        return this;
    }

    /**
     * Keeps the latest events of tasks and workers, for {@link ParallelRunner#writeReport} and {@link ParallelRunner#writeTrace}.
     *
     * <p>A task takes three, a chunk of inputs of a {@code map} that run together as well, and each about 70 bytes of memory. When they are too many,
     * the oldest are dropped and counted. It costs three readings of the clock and as many small objects for each task,
     * which a task of a microsecond or less feels.
     *
     * @param events how many to keep, at most 10,000,000; 0 for none
     * @return a copy of these options with that number
     */
    public ProcessOptions recordEvents(int events) {
        return with(RECORD_EVENTS, Checks.events("recordEvents", events));
    }

    /**
     * {@return how many events are kept; unless set, what the system property {@code tandem.recordEvents} says, but at most 10,000,000, and none without it
     * or if it is no number, which is logged; {@code 100_000} is one, too}
     */
    @Override
    public int recordEvents() {
        return options.find(RECORD_EVENTS).orElseGet(ThreadOptions.defaults()::recordEvents);
    }

    /**
     * Shows this runner to management tools, or hides it from them, see {@link RunnerMXBean}.
     *
     * @param shown whether it is shown
     * @return a copy of these options with that choice
     */
    public ProcessOptions jmx(boolean shown) {
        return with(JMX, shown);
    }

    /** {@return whether management tools see it; true unless set} */
    @Override
    public boolean isJmx() {
        return options.get(JMX);
    }

    private OptionalInt optionalInt(Option<Integer> option) {
        return options.find(option).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private OptionalLong optionalLong(Option<Long> option) {
        return options.find(option).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    private <T> ProcessOptions with(Option<T> option, T value) {
        return new ProcessOptions(options.with(option, value));
    }

    /**
     * Looks at what a worker with these options is started with here, and starts one: which Java, which flags, which class path
     * and why, how much room there is, how long it takes.
     *
     * <p>It throws nothing for what it finds: a worker that does not start is a finding too. It runs {@code onWorkerStart} in that
     * worker, and takes as long as a worker takes to start.
     *
     * @return what was found, to be printed or asked
     */
    public Diagnosis doctor() {
        return Doctor.examine(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProcessOptions that && options.equals(that.options);
    }

    @Override
    public int hashCode() {
        return options.hashCode();
    }

    /** Lists what differs from the defaults. */
    @Override
    public String toString() {
        return "ProcessOptions" + options;
    }
}

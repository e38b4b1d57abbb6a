package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLogging;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.LoggedEvents;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** What a task logs in a worker arrives in the logger of the same name here. */
final class WorkerLoggingTest {

    private static final String NAME = "com.acme.Forwarded";

    /** In the worker: how often something was made that is only made for the log. */
    private static final AtomicInteger MADE = new AtomicInteger();

    private static String expensive() {
        MADE.incrementAndGet();
        return "expensive";
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void arrivesInTheLoggerOfTheSameNameAtEachLevel(Runners runners) {
        ParallelRunner runner = runners.shared();
        try (LoggedEvents log = LoggedEvents.of(NAME, Level.TRACE)) {
            TaskFuture<Void> task = runner.submit(() -> {
                Logger logger = LoggerFactory.getLogger(NAME);
                logger.trace("number {}", 1);
                logger.debug("numbers {} and {}", 1, 2);
                logger.info("numbers {}, {} and {}", 1, 2, 3);
                logger.warn("nothing");
                logger.error("an array {}", (Object) new int[] {1, 2});
            });
            task.join();
            log.await("an array");
            assertThat(log.all())
                    .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                    .containsExactly(
                            "TRACE number 1",
                            "DEBUG numbers 1 and 2",
                            "INFO numbers 1, 2 and 3",
                            "WARN nothing",
                            "ERROR an array [1, 2]");
            assertThat(log.all()).allSatisfy(event -> {
                assertThat(event.getLoggerName()).isEqualTo(NAME);
                assertThat(event.getMDCPropertyMap())
                        .containsEntry("task", String.valueOf(task.taskId()))
                        .hasEntrySatisfying(
                                "worker", worker -> assertThat(worker).startsWith("worker "));
                assertThat(event.getThreadName()).contains("task " + task.taskId());
            });
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void carriesContextMarkersAndKeyedValues(Runners runners) {
        ParallelRunner runner = runners.shared();
        try (LoggedEvents log = LoggedEvents.of(NAME + ".context", Level.INFO)) {
            MDC.put("request", "r-17");
            runner.submit(() -> {
                        MDC.put("step", "2");
                        Logger logger = LoggerFactory.getLogger(NAME + ".context");
                        Marker audit = MarkerFactory.getMarker("AUDIT");
                        logger.info(audit, "marked {}", "once");
                        logger.atWarn()
                                .addMarker(audit)
                                .addKeyValue("amount", 42)
                                .addKeyValue("nothing", (Object) null)
                                .log("keyed {}", "once");
                        MDC.remove("step");
                    })
                    .join();
            log.await("keyed once");
            assertThat(log.all())
                    .extracting(ILoggingEvent::getMarkerList)
                    .allSatisfy(markers ->
                            assertThat(markers).extracting(Marker::getName).containsExactly("AUDIT"));
            assertThat(log.all())
                    .extracting(ILoggingEvent::getMDCPropertyMap)
                    .allSatisfy(mdc -> assertThat(mdc).containsAllEntriesOf(Map.of("request", "r-17", "step", "2")));
            assertThat(log.await("keyed once").getKeyValuePairs())
                    .extracting(pair -> pair.key + "=" + pair.value)
                    .containsExactly("amount=42", "nothing=null");
            assertThat(log.await("marked once").getMDCPropertyMap()).containsKey("task");
        } finally {
            MDC.clear();
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void showsWhatWasThrownWithItsCauses(Runners runners) {
        ParallelRunner runner = runners.shared();
        try (LoggedEvents log = LoggedEvents.of(NAME + ".thrown", Level.INFO)) {
            runner.submit(() -> {
                        IllegalStateException thrown = new IllegalStateException("outer", new OnlyThere("inner"));
                        thrown.addSuppressed(new RuntimeException("beside"));
                        LoggerFactory.getLogger(NAME + ".thrown").error("failed {}", "twice", thrown);
                        LoggerFactory.getLogger(NAME + ".thrown")
                                .atError()
                                .setCause(thrown)
                                .log("fluently");
                        LoggerFactory.getLogger(NAME + ".thrown").error("as argument", (Object) thrown);
                    })
                    .join();
            log.await("as argument");
            assertThat(log.all()).hasSize(3).allSatisfy(event -> {
                IThrowableProxy thrown = event.getThrowableProxy();
                assertThat(thrown.getMessage()).isEqualTo("java.lang.IllegalStateException: outer");
                assertThat(thrown.getCause().getMessage()).isEqualTo(OnlyThere.class.getName() + ": inner");
                assertThat(thrown.getSuppressed()[0].getMessage()).isEqualTo("java.lang.RuntimeException: beside");
                assertThat(thrown.getStackTraceElementProxyArray()[0]
                                .getStackTraceElement()
                                .getClassName())
                        .isEqualTo(WorkerLoggingTest.class.getName());
            });
        }
    }

    private static final class OnlyThere extends Exception {

        private static final long serialVersionUID = 1L;

        OnlyThere(String message) {
            super(message);
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void makesAndSendsNothingThatIsOffHereAndHearsOfChanges(Runners runners) {
        ParallelRunner runner = runners.open(1);
        String name = NAME + ".changing";
        try (LoggedEvents log = LoggedEvents.of(name, Level.WARN)) {
            int made = runner.submit(() -> {
                        Logger logger = LoggerFactory.getLogger(name);
                        logger.atInfo().log(() -> expensive());
                        if (logger.isDebugEnabled()) {
                            logger.debug(expensive());
                        }
                        logger.warn("heard");
                        return MADE.get();
                    })
                    .join();
            assertThat(made).as("made for a level that is off").isZero();
            log.await("heard");
            assertThat(log.all()).hasSize(1);
            log.setLevel(Level.DEBUG);
            Eventually.holds(
                    "the change",
                    () -> runner.submit(() -> LoggerFactory.getLogger(name).isDebugEnabled())
                            .join());
            log.setLevel(Level.OFF);
            Eventually.holds(
                    "the change back",
                    () -> !runner.submit(() -> LoggerFactory.getLogger(name).isErrorEnabled())
                            .join());
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void arrivesFromAnyThreadAndFromStaticInitializers(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(
                o -> o.onWorkerStart(() -> LoggerFactory.getLogger(NAME).info("starting"))));
        try (LoggedEvents log = LoggedEvents.of(NAME, Level.INFO)) {
            TaskFuture<String> task = runner.submit(() -> {
                Thread thread = new Thread(() -> LoggerFactory.getLogger(NAME).info("from a thread"), "the thread");
                thread.start();
                thread.join();
                return LogsWhenInitialized.VALUE;
            });
            assertThat(task.join()).isEqualTo("initialized");
            assertThat(log.await("starting").getMDCPropertyMap()).doesNotContainKey("task");
            assertThat(log.await("from a thread").getThreadName()).isEqualTo("the thread");
            assertThat(log.await("from a thread").getMDCPropertyMap())
                    .containsEntry("task", String.valueOf(task.taskId()));
            assertThat(log.await("initializing").getLevel()).isEqualTo(Level.INFO);
        }
    }

    private static final class LogsWhenInitialized {

        static final String VALUE = value();

        private static String value() {
            LoggerFactory.getLogger(NAME).info("initializing");
            return "initialized";
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void arrivesAlthoughTheWorkerIsKilledRightAfterIt(Runners runners) {
        ParallelRunner runner = runners.open(1);
        try (LoggedEvents log = LoggedEvents.of(NAME, Level.INFO)) {
            TaskFuture<Void> task = runner.submit(() -> {
                Logger logger = LoggerFactory.getLogger(NAME);
                for (int i = 1; i <= 100; i++) {
                    logger.info("last words {}", i);
                }
                long pid = ProcessHandle.current().pid();
                new ProcessBuilder("kill", "-KILL", Long.toString(pid)).start().waitFor();
            });
            assertThat(catchThrowable(task::join)).isInstanceOf(WorkerLostException.class);
            assertThat(log.with("last words")).hasSize(100);
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void isNoFailureOfTheTaskWhateverItsArgumentsDo(Runners runners) {
        ParallelRunner runner = runners.shared();
        try (LoggedEvents log = LoggedEvents.of(NAME + ".hostile", Level.INFO)) {
            runner.submit(() -> {
                        Logger logger = LoggerFactory.getLogger(NAME + ".hostile");
                        logger.info("hostile {}", new Hostile());
                        logger.atInfo()
                                .addKeyValue("hostile", new Hostile())
                                .addKeyValue("amount", 42)
                                .log("keyed");
                        logger.error("thrown", new HostileThrowable());
                        logger.info(null);
                        logger.info("x".repeat(1_000_000));
                        logger.info("over");
                    })
                    .join();
            log.await("over");
            assertThat(log.all())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anySatisfy(message -> assertThat(message).startsWith("hostile [FAILED toString()]"))
                    .anySatisfy(message -> assertThat(message).startsWith("thrown"))
                    .anySatisfy(message -> assertThat(message)
                            .hasSize(65_536 + "... (934464 more characters)".length())
                            .endsWith("x... (934464 more characters)"));
            assertThat(log.await("keyed").getKeyValuePairs())
                    .extracting(pair -> pair.key + "=" + pair.value)
                    .containsExactly("hostile=[FAILED toString()]", "amount=42");
        }
    }

    private static final class Hostile {
        @Override
        public String toString() {
            throw new AssertionError("no text");
        }
    }

    private static final class HostileThrowable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new AssertionError("no message");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new AssertionError("no cause");
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void showsNoTaskTheContextThatAnotherHasLeft(Runners runners) {
        ParallelRunner runner = runners.open(1);
        String top = runner.submit(() -> {
                    MDC.put("left", "behind");
                    MDC.pushByKey("left", "behind");
                    MDC.pushByKey("left", "on top");
                    return MDC.popByKey("left") + " of " + MDC.getMDCAdapter().getCopyOfDequeByKey("left");
                })
                .join();
        assertThat(top).isEqualTo("on top of [behind]");
        String seen = runner.submit(() -> MDC.get("left") + ", " + MDC.popByKey("left") + ", "
                        + MDC.getMDCAdapter().getCopyOfDequeByKey("left"))
                .join();
        assertThat(seen).isEqualTo("null, null, null");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void loadsNothingOfItWhileNobodyLogs(Runners runners) throws IOException {
        Path classes = runners.newDirectory().resolve("classes");
        ParallelRunner runner = runners.open(
                settings -> settings.processes(o -> o.jvmArgs("-Xlog:class+load:file=" + classes + "::filecount=0")));
        assertThat(Quiet.task(runner).join()).isEqualTo(1);
        runner.close();
        assertThat(Files.readAllLines(classes))
                .anyMatch(line -> line.contains("dev.tandem.internal.worker.TaskLoop"))
                .noneMatch(line -> line.contains("org.slf4j."))
                .noneMatch(line -> line.contains(".LogLink"))
                .noneMatch(line -> line.contains("dev.tandem.internal.worker.logging"));
    }

    /** Its own class, for none of its methods shows a type of SLF4J. */
    private static final class Quiet {
        static TaskFuture<Integer> task(ParallelRunner runner) {
            return runner.submit(() -> {
                System.out.println("printed");
                return 1;
            });
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void leavesAWorkerItsOwnBackEndIfAsked(Runners runners) {
        ParallelRunner own = runners.open(settings -> settings.processes(o -> o.workerLogging(WorkerLogging.OWN)));
        assertThat(own.submit(() -> LoggerFactory.getILoggerFactory().getClass().getName())
                        .join())
                .isEqualTo("ch.qos.logback.classic.LoggerContext");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void leavesAWorkerTheProviderThatItsUserHasNamed(Runners runners) {
        String logback = "ch.qos.logback.classic.spi.LogbackServiceProvider";
        ParallelRunner own =
                runners.open(settings -> settings.processes(o -> o.systemProperty("slf4j.provider", logback)));
        assertThat(own.submit(() -> LoggerFactory.getILoggerFactory().getClass().getName())
                        .join())
                .isEqualTo("ch.qos.logback.classic.LoggerContext");
    }

    /** A worker without a back end stands for such a JVM: what its own workers log would go nowhere. */
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void leavesWorkersTheirBackEndWhereThisJvmHasNone(Runners runners) {
        String none = "org.slf4j.helpers.NOP_FallbackServiceProvider";
        ParallelRunner runner =
                runners.open(settings -> settings.processes(o -> o.systemProperty("slf4j.provider", none)));
        String factory = runner.submit(() -> {
                    try (ParallelRunner inner = ParallelRunner.processes(o -> o.workers(1))) {
                        return inner.submit(() -> LoggerFactory.getILoggerFactory()
                                        .getClass()
                                        .getName())
                                .join();
                    }
                })
                .join();
        assertThat(factory).isEqualTo("ch.qos.logback.classic.LoggerContext");
    }
}

package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.FilterReply;
import com.sun.management.ThreadMXBean;
import dev.tandem.ParallelRunner;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.LoggedEvents;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;

/** What logging in a worker costs, and that it keeps nobody waiting. */
final class WorkerLoggingLimitsTest {

    private static final String NAME = "com.acme.Limits";

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void dropsAndCountsWhatASlowAppenderCannotTake(Runners runners) {
        int events = 100_000;
        String name = NAME + ".flood";
        ParallelRunner runner = runners.open(1);
        AtomicInteger logged = new AtomicInteger();
        AppenderBase<ILoggingEvent> slow = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.incrementAndGet();
                LockSupport.parkNanos(1_000_000);
            }
        };
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        slow.start();
        logger.addAppender(slow);
        logger.setAdditive(false);
        try (LoggedEvents warnings = LoggedEvents.of("dev.tandem.worker", Level.WARN)) {
            int sent = runner.submit(() -> {
                        org.slf4j.Logger there = LoggerFactory.getLogger(name);
                        for (int i = 0; i < events; i++) {
                            there.warn("event {}", i);
                        }
                        return events;
                    })
                    .join();
            assertThat(sent).isEqualTo(events);
            runner.close();
            Eventually.holds("all are accounted for", () -> logged.get() + dropped(warnings) == events);
            assertThat(logged.get()).isLessThan(events / 2);
            assertThat(warnings.all().get(0).getMDCPropertyMap()).containsEntry("worker", "worker 0");
        } finally {
            logger.detachAppender(slow);
            logger.setAdditive(true);
        }
    }

    private static int dropped(LoggedEvents warnings) {
        return warnings.with("were not logged").stream()
                .mapToInt(event -> ((Number) event.getArgumentArray()[0]).intValue())
                .sum();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void logsAllThatHasArrivedBeforeTheRunnerIsClosed(Runners runners) {
        String name = NAME + ".closing";
        ParallelRunner runner = runners.open(settings -> settings.processes(
                o -> o.onWorkerStop(() -> LoggerFactory.getLogger(name).warn("stopping"))));
        try (LoggedEvents log = LoggedEvents.of(name, Level.WARN)) {
            runner.submit(() -> {
                        for (int i = 0; i < 5_000; i++) {
                            LoggerFactory.getLogger(name).warn("event");
                        }
                    })
                    .join();
            runner.close();
            assertThat(log.all()).hasSize(5_001);
        }
    }

    /** Asking a logger is code of the user's, as a filter of the back end shows. */
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void keepsNoTaskWaitingForALoggerThatHangs(Runners runners) {
        String name = NAME + ".hanging";
        ParallelRunner runner = runners.open(1);
        CountDownLatch released = new CountDownLatch(1);
        TurboFilter hanging = new TurboFilter() {
            @Override
            public FilterReply decide(
                    Marker marker, Logger logger, Level level, String format, Object[] arguments, Throwable thrown) {
                if (logger.getName().equals(name)) {
                    awaitUninterruptibly(released);
                }
                return FilterReply.NEUTRAL;
            }
        };
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        try (LoggedEvents log = LoggedEvents.of(name, Level.INFO)) {
            context.addTurboFilter(hanging);
            int answer = runner.submit(() -> {
                        LoggerFactory.getLogger(name).info("not heard yet");
                        LoggerFactory.getLogger(name).debug("never heard");
                        return 1;
                    })
                    .join();
            assertThat(answer).isEqualTo(1);
            assertThat(log.all()).isEmpty();
            released.countDown();
            log.await("not heard yet");
            assertThat(log.all()).hasSize(1);
        } finally {
            released.countDown();
            context.getTurboFilterList().remove(hanging);
        }
    }

    /** So that a worker neither falls silent nor waits for an answer that does not come. */
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void goesOnAfterErrorsOfAppendersAndFilters(Runners runners) {
        String name = NAME + ".failing";
        ParallelRunner runner = runners.open(1);
        AppenderBase<ILoggingEvent> failing = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().equals("first")) {
                    throw new AssertionError("the appender fails");
                }
            }
        };
        TurboFilter broken = new TurboFilter() {
            @Override
            public FilterReply decide(
                    Marker marker, Logger logger, Level level, String format, Object[] arguments, Throwable thrown) {
                if (logger.getName().equals(name + ".filtered") && format == null) { // asks for the level only
                    throw new AssertionError("the filter fails");
                }
                return FilterReply.NEUTRAL;
            }
        };
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        failing.start();
        try (LoggedEvents log = LoggedEvents.of(name, Level.WARN)) {
            logger.addAppender(failing);
            context.addTurboFilter(broken);
            boolean debug = runner.submit(() -> {
                        LoggerFactory.getLogger(name).warn("first");
                        LoggerFactory.getLogger(name).warn("second");
                        return LoggerFactory.getLogger(name + ".filtered").isDebugEnabled();
                    })
                    .join();
            assertThat(debug).as("on, for nobody knows").isTrue();
            log.await("second");
        } finally {
            context.getTurboFilterList().remove(broken);
            logger.detachAppender(failing);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // a filter that hangs does not care
            }
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void costsNoMemoryForALevelThatIsOff(Runners runners) {
        String name = NAME + ".off";
        long bytes = runners.shared()
                .submit(() -> {
                    org.slf4j.Logger there = LoggerFactory.getLogger(name);
                    callManyTimes(there, 10); // asks, and loads classes
                    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                    long before = threads.getCurrentThreadAllocatedBytes();
                    callManyTimes(there, 10_000);
                    return threads.getCurrentThreadAllocatedBytes() - before;
                })
                .join();
        assertThat(bytes).as("for 30,000 calls").isLessThan(10_000);
    }

    private static void callManyTimes(org.slf4j.Logger logger, int times) {
        for (int i = 0; i < times; i++) {
            logger.trace("text {}", "argument");
            logger.debug("text {} and {}", "argument", "argument");
            logger.atTrace().log("text {}", "argument");
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void keepsWhatAnUntrustedWorkerLogsOnOneLine(Runners runners) {
        String name = NAME + ".hardened";
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.hardened()));
        try (LoggedEvents log = LoggedEvents.of(name, Level.WARN)) {
            runner.submit(() -> {
                        MDC.put("user", "a\nb");
                        Thread.currentThread().setName("c\u001b[2J");
                        LoggerFactory.getLogger(name).warn("first\nERROR forged", new Exception("x\ny"));
                    })
                    .join();
            ILoggingEvent event = log.await("forged");
            assertThat(event.getFormattedMessage()).isEqualTo("first\\nERROR forged");
            assertThat(event.getThreadName()).isEqualTo("c\\u001b[2J");
            assertThat(event.getMDCPropertyMap()).containsEntry("user", "a\\nb");
            assertThat(event.getThrowableProxy().getMessage()).isEqualTo("java.lang.Exception: x\\ny");
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void printsTheLogOfFramesWhichWouldMakeFrames(Runners runners) {
        try (LoggedEvents printed = LoggedEvents.of("dev.tandem.worker", Level.INFO)) {
            ParallelRunner runner =
                    runners.open(settings -> settings.processes(o -> o.systemProperty("dev.tandem.frames", "true")));
            runner.submit(() -> LoggerFactory.getLogger(NAME).warn("sent")).join();
            runner.close(Duration.ofSeconds(10));
            assertThat(printed.with("DEBUG dev.tandem.frames: ")).isNotEmpty();
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void arrivesShortenedWhereItWouldBeTooLong(Runners runners) {
        String name = NAME + ".long";
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.maxPayload("64k")));
        try (LoggedEvents log = LoggedEvents.of(name, Level.WARN)) {
            runner.submit(() -> {
                        MDC.put("key", "v".repeat(5_000));
                        LoggerFactory.getLogger(name).warn("long".repeat(16_000), new Exception("thrown"));
                    })
                    .join();
            ILoggingEvent event = log.await("longlong");
            assertThat(event.getFormattedMessage()).endsWith("(63800 more characters)");
            assertThat(event.getThrowableProxy().getMessage()).startsWith("java.lang.Exception");
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void forgetsTheContextOfATaskWithTheTask(Runners runners) {
        String name = NAME + ".context";
        ParallelRunner runner = runners.open(1);
        try (LoggedEvents log = LoggedEvents.of(name, Level.WARN)) {
            runner.submit(() -> {
                        MDC.put("customer", "17");
                        LoggerFactory.getLogger(name).warn("first");
                    })
                    .join();
            runner.submit(() -> LoggerFactory.getLogger(name).warn("second")).join();
            assertThat(log.await("first").getMDCPropertyMap()).containsEntry("customer", "17");
            assertThat(log.await("second").getMDCPropertyMap()).doesNotContainKey("customer");
        }
    }
}

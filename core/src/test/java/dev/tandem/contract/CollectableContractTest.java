package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** B12, B60: nobody holds on to what is over, and a forgotten runner ends. */
final class CollectableContractTest {

    /** Something large enough to be missed. */
    record Load(byte[] bytes) implements Serializable {
        static Load make() {
            return new Load(new byte[1 << 20]);
        }
    }

    private static void awaitCollected(WeakReference<?> reference) {
        Eventually.holds("collected", () -> {
            System.gc();
            return reference.get() == null;
        });
    }

    @EveryRunner
    void keepsNeitherTaskNorResultOfAFutureThatIsGone(Runners runners) {
        ParallelRunner runner = runners.shared();
        Load captured = Load.make();
        WeakReference<Load> task = new WeakReference<>(captured);
        WeakReference<Load> result = new WeakReference<>(submitAndForget(runner, captured));
        captured = null;
        awaitCollected(task);
        awaitCollected(result);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    private static Load submitAndForget(ParallelRunner runner, Load captured) {
        return runner.submit(() -> new Load(captured.bytes().clone())).join();
    }

    @EveryRunner
    void keepsNoTaskWhoseFutureIsHeld(Runners runners) {
        Load captured = Load.make();
        WeakReference<Load> task = new WeakReference<>(captured);
        TaskFuture<Integer> future = submitLength(runners.shared(), captured);
        captured = null;
        assertThat(future.join()).isEqualTo(1 << 20);
        awaitCollected(task);
        assertThat(future.isDone()).isTrue();
    }

    private static TaskFuture<Integer> submitLength(ParallelRunner runner, Load captured) {
        return runner.submit(() -> captured.bytes().length);
    }

    @EveryRunner
    void keepsNoResultThatAStreamHasDelivered(Runners runners) {
        try (Stream<Load> stream = runners.shared().stream(Stream.iterate(1, x -> x + 1), x -> Load.make())) {
            Iterator<Load> results = stream.iterator();
            List<WeakReference<Load>> delivered = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                delivered.add(new WeakReference<>(results.next()));
            }
            delivered.forEach(CollectableContractTest::awaitCollected);
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void cancelsWhatAStreamHasUnderWayThatWasDropped(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate never = runners.gate();
        dropAStream(runner, never, runners.marks());
        Eventually.holds("cancelled", () -> {
            System.gc();
            return runner.stats().cancelled() > 0
                    && runner.stats().running() + runner.stats().queued() == 0;
        });
    }

    private static void dropAStream(ParallelRunner runner, Gate never, Marks marks) {
        Iterator<Integer> results = runner.stream(Stream.iterate(0, x -> x + 1), x -> {
                    if (x > 0) {
                        never.await();
                    }
                    marks.make(x);
                    return x;
                })
                .iterator();
        assertThat(results.next()).isZero();
    }

    @Row({"P2", "B60"})
    @EveryRunner(needs = Need.ASYNC)
    void stopsARunnerThatNobodyRefersToAndWarns(Runners runners) {
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ParallelRunner.class);
        events.start();
        logger.addAppender(events);
        logger.setAdditive(false);
        try {
            forgetARunner(runners);
            Eventually.holds("warned", () -> {
                System.gc();
                return List.copyOf(events.list).stream()
                        .anyMatch(event -> event.getLevel() == Level.WARN
                                && event.getFormattedMessage().contains("never closed"));
            });
        } finally {
            logger.detachAppender(events);
            logger.setAdditive(true);
        }
    }

    private static void forgetARunner(Runners runners) {
        assertThat(runners.openUnmanaged(settings -> settings.workers(2))
                        .submit(() -> 1)
                        .join())
                .isEqualTo(1);
    }

    @Row("B60")
    @EveryRunner(needs = Need.ASYNC)
    void doesNotStopAForgottenRunnerBeforeItsWorkIsDone(Runners runners) {
        Gate gate = runners.gate();
        Marks done = runners.marks();
        submitToAForgottenRunner(runners, gate, done);
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        assertThat(done.all()).isEmpty();
        gate.open();
        done.awaitCount(3);
        Eventually.holds("stopped", () -> {
            System.gc();
            return Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("case-"));
        });
    }

    private static void submitToAForgottenRunner(Runners runners, Gate gate, Marks done) {
        ParallelRunner runner = runners.openUnmanaged(settings -> settings.workers(1));
        for (int i = 0; i < 3; i++) {
            runner.submit(() -> {
                gate.await();
                done.count("done");
            });
        }
    }
}

package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Hygiene;
import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.WorkerLocal;
import dev.tandem.internal.protocol.Bundle;
import dev.tandem.internal.protocol.Finding;
import dev.tandem.internal.protocol.Finding.Kind;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Message.Failed.Reason;
import dev.tandem.internal.protocol.Message.LeftBehind;
import dev.tandem.internal.protocol.Message.Retiring;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.testing.Row;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a task leaves behind, and what the next one finds. */
@Timeout(60)
@Row({"R7", "B74"})
class HousekeepingTest {

    // The worker runs in this JVM, so that its tasks can reach what a lambda must not capture.
    private static CountDownLatch released;

    private WorkerInThisJvm worker;
    private ScriptedSupervisor supervisor;

    @BeforeEach
    void closeTheLatch() {
        released = new CountDownLatch(1);
    }

    @AfterEach
    void endWorker() throws Exception {
        released.countDown();
        if (worker != null) {
            worker.close();
        }
    }

    private void start(Hygiene hygiene) throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.with(hygiene));
        supervisor = worker.supervisor;
    }

    private List<Finding> findingsAfter(String name, TaskAction task) throws Exception {
        supervisor.expectResult(supervisor.run(name, Map.of(), () -> {
            task.run();
            return null;
        }));
        return supervisor.expect(LeftBehind.class).findings();
    }

    private static Finding only(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private void assertCleanlinessOf(TaskAction task) throws Exception {
        supervisor.expectResult(supervisor.run("clean", Map.of(), () -> {
            task.run();
            return null;
        }));
        assertThat(supervisor.expectResult(supervisor.run(() -> "next")))
                .as("and nothing said in between")
                .isEqualTo("next");
    }

    @Test
    void saysNothingOfATaskThatLeavesNothing() throws Exception {
        start(Hygiene.RECYCLE);
        assertCleanlinessOf(() -> {
            System.setProperty("tandem.test", "x");
            System.clearProperty("tandem.test");
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
            assertThat(IntStream.range(0, 1000).parallel().sum()).isEqualTo(499_500);
            ForkJoinPool.commonPool().submit(() -> {}).get();
            TimeZone.getDefault();
        });
    }

    @Test
    void stillFindsThreadsAndPropertiesOnceItHasRunManyTasks() throws Exception {
        start(Hygiene.WARN);
        long first = supervisor.run(
                Call.TASK, "quiet", Map.of(), supervisor.encode((Task<Integer>) () -> 1), hundredTimes());
        for (int i = 0; i < 100; i++) {
            assertThat(supervisor.expectResult(first + i)).isEqualTo(1);
        }
        assertThat(only(findingsAfter("thread", () -> new Thread(HousekeepingTest::awaitRelease, "left").start()))
                        .text())
                .contains("left");
        Finding property = only(findingsAfter("property", () -> System.setProperty("tandem.test.many", "x")));
        assertThat(property.text()).contains("tandem.test.many");
        assertThat(System.getProperty("tandem.test.many")).isNull();
        assertCleanlinessOf(() -> {});
    }

    private static List<Payload> hundredTimes() {
        return Collections.nCopies(100, Payload.of(Bundle.EMPTY));
    }

    private static void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            // it ends, as it should
        }
    }

    @Test
    void putsBackTheTimeZoneAlsoAfterTheVeryFirstTask() throws Exception {
        TimeZone original = TimeZone.getDefault();
        TimeZone strange = TimeZone.getTimeZone(original.getID().equals("Asia/Tokyo") ? "Asia/Seoul" : "Asia/Tokyo");
        start(Hygiene.WARN);
        for (String name : List.of("first", "second")) {
            Finding finding = only(findingsAfter(name, () -> TimeZone.setDefault(strange)));
            assertThat(finding.kind()).isEqualTo(Kind.TIME_ZONE);
            assertThat(finding.text()).contains(strange.getID());
            assertThat(TimeZone.getDefault()).isEqualTo(original);
        }
    }

    @Test
    void putsBackSystemPropertiesAndKeepsTheirValuesToItself() throws Exception {
        System.setProperty("tandem.test.removed", "old");
        System.setProperty("tandem.test.changed", "old");
        try {
            start(Hygiene.WARN);
            Finding finding = only(findingsAfter("", () -> {
                System.setProperty("tandem.test.added", "secret");
                System.setProperty("tandem.test.changed", "secret");
                System.clearProperty("tandem.test.removed");
            }));
            assertThat(finding)
                    .isEqualTo(new Finding(
                            Kind.PROPERTIES,
                            true,
                            "system properties: tandem.test.added, tandem.test.changed, tandem.test.removed"));
            assertThat(System.getProperty("tandem.test.added")).isNull();
            assertThat(System.getProperty("tandem.test.changed")).isEqualTo("old");
            assertThat(System.getProperty("tandem.test.removed")).isEqualTo("old");
        } finally {
            System.clearProperty("tandem.test.removed");
            System.clearProperty("tandem.test.changed");
        }
    }

    @Test
    void putsBackPropertiesThatWereReplacedOrHoldWhatIsNoString() throws Exception {
        Properties original = System.getProperties();
        Object before = original.clone();
        start(Hygiene.WARN);
        assertThat(only(findingsAfter("replaces", () -> System.setProperties(new Properties())))
                        .text())
                .isEqualTo("System.setProperties was called");
        assertThat(findingsAfter("hostile", () -> {
                    System.getProperties().put(new Hostile(), "value");
                    System.getProperties().put("tandem.test.hostile", new Hostile());
                }))
                .extracting(Finding::kind)
                .containsExactly(Kind.PROPERTIES);
        assertThat(System.getProperties()).isSameAs(original).isEqualTo(before);
    }

    @Test
    void putsBackHandlersStreamsAndTheTaskThread() throws Exception {
        PrintStream out = System.out;
        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        start(Hygiene.WARN);
        List<Finding> findings = findingsAfter("untidy", () -> {
            Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {});
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
            Thread.currentThread().setName("renamed");
            Thread.currentThread().setContextClassLoader(null);
            Thread.currentThread().interrupt();
            System.setOut(new PrintStream(new ByteArrayOutputStream()));
            Locale.setDefault(Locale.forLanguageTag("tlh"));
        });
        assertThat(findings)
                .allMatch(Finding::isPutBack)
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder(
                        Kind.UNCAUGHT_HANDLER,
                        Kind.TASK_THREAD,
                        Kind.TASK_THREAD,
                        Kind.TASK_THREAD,
                        Kind.INTERRUPT,
                        Kind.STREAMS,
                        Kind.LOCALE);
        assertThat(System.out).isSameAs(out);
        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(handler);
        assertCleanlinessOf(() -> {});
    }

    @Test
    void reportsOncePerKindAndName() throws Exception {
        start(Hygiene.WARN);
        TaskAction untidy = () -> System.setProperty("tandem.test.left", "x");
        assertThat(findingsAfter("a", untidy)).hasSize(1);
        supervisor.expectResult(supervisor.run("a", Map.of(), () -> System.setProperty("tandem.test.left", "y")));
        assertThat(findingsAfter("b", untidy)).hasSize(1);
        assertThat(System.getProperty("tandem.test.left")).isNull();
    }

    @Test
    void reportsThreadsAndDoesNotTakeThemForThoseOfTheNextTask() throws Exception {
        start(Hygiene.WARN);
        Finding finding = only(findingsAfter("leaves threads", () -> {
            startThread("left-1", false);
            startThread("left-2", true);
        }));
        assertThat(finding).isEqualTo(new Finding(Kind.THREADS, false, "2 threads: left-1, left-2 (daemon)"));
        assertCleanlinessOf(() -> {});
    }

    @Test
    void retiresBeforeTheNextTaskIfThreadsAreLeft() throws Exception {
        start(Hygiene.RECYCLE);
        assertThat(only(findingsAfter("", () -> System.setProperty("tandem.test.left", "x")))
                        .kind())
                .as("put back is good enough")
                .isEqualTo(Kind.PROPERTIES);
        findingsAfter("", () -> startThread("left", true));
        assertThat(supervisor.expect(Retiring.class).reason())
                .isEqualTo("hygiene: its last task left 1 thread: left (daemon)");
        supervisor.expectFailed(supervisor.run(() -> "too late"), Reason.HANDED_BACK);
    }

    @Test
    void blamesNoTaskForTheThreadsThatARunnerInsideItKeepsForTheJvm() throws Exception {
        start(Hygiene.RECYCLE);
        assertCleanlinessOf(() -> startThread("tandem-runner-cleaner", true));
    }

    @Test
    void waitsAMomentForThreadsThatAreAboutToEnd() throws Exception {
        start(Hygiene.RECYCLE);
        for (int round = 0; round < 50; round++) {
            assertCleanlinessOf(() -> {
                ExecutorService pool = Executors.newFixedThreadPool(2);
                pool.submit(() -> {});
                pool.submit(() -> {});
                pool.shutdown();
            });
        }
    }

    @Test
    void blamesNoTaskForTheThreadsOfAWorkerLocal() throws Exception {
        start(Hygiene.RECYCLE);
        WorkerLocal<Boolean> local = WorkerLocal.withInitial(() -> {
            startThread("of a worker local", false);
            return true;
        });
        assertCleanlinessOf(local::get);
    }

    @Test
    void looksForNoThreadsIfToldToIgnoreThem() throws Exception {
        start(Hygiene.IGNORE);
        assertCleanlinessOf(() -> {
            startThread("left", true);
            System.setProperty("tandem.test.left", "x");
        });
        assertThat(System.getProperty("tandem.test.left"))
                .as("put back in silence")
                .isNull();
    }

    private static void startThread(String name, boolean daemon) {
        CountDownLatch until = released;
        Thread thread = new Thread(
                () -> {
                    try {
                        until.await();
                    } catch (InterruptedException e) {
                        // then it ends now
                    }
                },
                name);
        thread.setDaemon(daemon);
        thread.start();
    }

    /** Asked for anything, it fails; but it can be put where it does not belong. */
    private static final class Hostile {

        private boolean asked;

        @Override
        public int hashCode() {
            if (asked) {
                throw new StackOverflowError("hostile");
            }
            asked = true;
            return 1;
        }

        @Override
        @SuppressWarnings("EqualsHashCode")
        public boolean equals(Object other) {
            throw new StackOverflowError("hostile");
        }
    }
}

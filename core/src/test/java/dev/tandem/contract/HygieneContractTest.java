package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Hygiene;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskAction;
import dev.tandem.TaskOptions;
import dev.tandem.WorkerLocal;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.LogLines;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Properties;
import java.util.TimeZone;
import java.util.concurrent.locks.LockSupport;

/** What a task leaves in a worker JVM, and what the next task finds there. */
final class HygieneContractTest {

    private static ParallelRunner open(Runners runners, Hygiene hygiene) {
        return runners.open(settings -> settings.workers(1).processes(o -> o.hygiene(hygiene)));
    }

    private static String state() {
        Thread thread = Thread.currentThread();
        return String.join(
                " ",
                "" + ProcessHandle.current().pid(),
                Locale.getDefault().toLanguageTag(),
                TimeZone.getDefault().getID(),
                System.getProperty("user.timezone"),
                System.getProperty("tandem.left"),
                "" + System.identityHashCode(System.in),
                "" + System.identityHashCode(System.out),
                "" + System.identityHashCode(System.err),
                "" + System.out.checkError(),
                "" + thread.getContextClassLoader(),
                "" + thread.isInterrupted(),
                "" + thread.getPriority(),
                "" + Thread.getDefaultUncaughtExceptionHandler());
    }

    private static void messUp() {
        Locale.setDefault(Locale.forLanguageTag("tlh"));
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
        System.setProperty("tandem.left", "behind");
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err)));
        System.setErr(System.out);
        System.setIn(InputStream.nullInputStream());
        Thread.currentThread().setContextClassLoader(null);
        Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
        Thread.currentThread().interrupt();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {});
        System.setProperties(new Properties());
    }

    private static void leaveThread(String name, boolean daemon) {
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        LockSupport.park(); // whoever waits for it waits for ever
                    }
                },
                name);
        thread.setDaemon(daemon);
        thread.start();
    }

    @Row({"R7", "B74"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r7PutsBackWhatIsCheapAndReportsIt(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = open(runners, Hygiene.WARN);
            String before = runner.submit(HygieneContractTest::state).join();
            runner.with(TaskOptions.defaults().named("mess"))
                    .submit(HygieneContractTest::messUp)
                    .join();
            assertThat(runner.submit(HygieneContractTest::state).join()).isEqualTo(before);
            assertThat(log.with("WARN", "\"mess\" left in worker 0 (pid ", "default locale: tlh"))
                    .hasSize(1);
            assertThat(log.with("WARN", "\"mess\"", "it was put back")).hasSizeGreaterThan(5);
            assertThat(runner.stats().workersStarted()).isEqualTo(1);
        }
    }

    @Row("R7")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r7PutsBackInSilenceIfToldToIgnoreIt(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = open(runners, Hygiene.IGNORE);
            runner.submit(HygieneContractTest::messUp).join();
            String first = runner.submit(HygieneContractTest::state).join();
            assertThat(first).doesNotContain("tlh", "Kathmandu", "behind");
            runner.submit(() -> leaveThread("left", true)).join();
            assertThat(runner.submit(HygieneContractTest::state).join()).isEqualTo(first);
            assertThat(log.with("left in")).isEmpty();
        }
    }

    @Row({"R7", "B74", "M-g-throws"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r7ReplacesAWorkerInWhichThreadsWereLeft(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = open(runners, Hygiene.RECYCLE);
            long first = pid(runner);
            runner.submit(() -> leaveThread("daemon left", true)).join();
            long second = pid(runner);
            runner.submit(() -> leaveThread("left for good", false)).join();
            long third = pid(runner);
            runner.submit(HygieneContractTest::messUp).join();
            assertThat(pid(runner)).as("all of that could be put back").isEqualTo(third);
            assertThat(first).isNotEqualTo(second).isNotEqualTo(third);
            assertThat(second).isNotEqualTo(third);
            assertThat(log.with("INFO", "is recycled after 2 tasks: hygiene: ", "daemon left (daemon)"))
                    .hasSize(1);
            assertThat(log.with("WARN", "daemon left (daemon)", "the worker is replaced"))
                    .hasSize(1);
            assertThat(runner.stats().workersRecycled()).isEqualTo(2);
            assertThat(runner.stats().workersLost()).isZero();
        }
    }

    @Row("R7")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r7ReportsThreadsOnceAndGoesOn(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = open(runners, Hygiene.WARN);
            long first = pid(runner);
            TaskAction leaver = () -> leaveThread("left", false);
            for (int i = 0; i < 3; i++) {
                runner.with(TaskOptions.defaults().named("leaver"))
                        .submit(leaver)
                        .join();
            }
            assertThat(pid(runner)).isEqualTo(first);
            assertThat(log.with("WARN", "\"leaver\"", "1 thread: left", "hygiene(RECYCLE)"))
                    .hasSize(1);
        } // and the runner closes, although the worker has threads that are no daemons
    }

    @Row("R7")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r7KeepsStandardStreamsOpenUnlessTheirDescriptorIsClosed(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = open(runners, Hygiene.RECYCLE);
            long first = pid(runner);
            runner.submit(() -> {
                        System.out.close();
                        System.err.close();
                        System.in.close();
                    })
                    .join();
            assertThat(runner.submit(() -> {
                                System.out.println("still printed");
                                return System.out.checkError();
                            })
                            .join())
                    .isFalse();
            log.await("still printed");
            assertThat(log.with("WARN", "System.out was closed", "it was put back"))
                    .hasSize(1);
            assertThat(pid(runner)).isEqualTo(first);
            runner.submit(() -> new FileOutputStream(FileDescriptor.out).close())
                    .join();
            assertThat(pid(runner)).isNotEqualTo(first);
            assertThat(log.with("INFO", "recycled", "closed for good")).hasSize(1);
        }
    }

    @Row("R7")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r7BlamesNoTaskForTheThreadsOfTheWorker(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = runners.open(settings -> settings.workers(1)
                    .processes(
                            o -> o.hygiene(Hygiene.RECYCLE).onWorkerStart(() -> leaveThread("of the worker", true))));
            WorkerLocal<Long> local = WorkerLocal.withInitial(() -> {
                leaveThread("of a value", true);
                return ProcessHandle.current().pid();
            });
            long first = runner.submit(local::get).join();
            assertThat(runner.submit(local::get).join()).isEqualTo(first);
            assertThat(pid(runner)).isEqualTo(first);
            assertThat(log.with("left in")).isEmpty();
        }
    }

    private static long pid(ParallelRunner runner) {
        return runner.submit(() -> ProcessHandle.current().pid()).join();
    }
}

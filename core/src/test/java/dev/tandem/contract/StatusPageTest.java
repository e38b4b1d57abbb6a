package dev.tandem.contract;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.NothingLeft;
import dev.tandem.testing.RunFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is known of a worker that says on a page what it does, and what becomes of one that lies there. */
@ExtendWith({HardLimit.class, NothingLeft.class})
final class StatusPageTest {

    private static final long FAR = 1_000_000;

    private static boolean isPageMapped() {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.anyMatch(line -> line.contains(".page"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The pages of this JVM's workers that still have a name. */
    private static List<Path> pagesWithAName(long supervisor) {
        return RunFiles.inMemory(supervisor).stream()
                .filter(file -> file.toString().endsWith(".page"))
                .toList();
    }

    private static ParallelRunner open(UnaryOperator<ProcessOptions> more) {
        return ParallelRunner.processes(
                o -> more.apply(o.workers(1).name("page").restartLimit(1_000, ofSeconds(1))));
    }

    /** A runner whose worker uses its page. */
    private static ParallelRunner onPage(UnaryOperator<ProcessOptions> more) {
        ParallelRunner runner = open(more);
        Eventually.holds(
                "its worker has mapped a page",
                () -> runner.submit(StatusPageTest::isPageMapped).join());
        Eventually.holds("its worker has turned to it, which takes its name away", () -> {
            runner.submit(() -> 1).join();
            return pagesWithAName(ProcessHandle.current().pid()).isEmpty();
        });
        return runner;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void knowsWhatRuns() throws Exception {
        try (ParallelRunner runner = onPage(o -> o)) {
            assertThat(pagesWithAName(ProcessHandle.current().pid())).isEmpty();
            TaskFuture<Void> running = runner.submit(() -> Thread.sleep(60_000));
            TaskFuture<Integer> waiting = runner.submit(() -> 1);
            Eventually.holds("it runs", () -> running.status() == TaskStatus.RUNNING);
            assertThat(waiting.status()).isEqualTo(TaskStatus.QUEUED);
            assertThat(runner.stats().running()).isEqualTo(1);
            assertThat(runner.stats().queued()).isEqualTo(1);
            running.cancel();
            assertThat(waiting.join()).isEqualTo(1);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void countsATimeoutFromTheStartOfTheRun() {
        try (ParallelRunner runner = onPage(o -> o)) {
            TaskOptions limited = TaskOptions.defaults().timeout(ofMillis(800));
            // The second waits in the worker for longer than it may run, and so would miss a clock that begins too
            // early.
            List<Integer> both = runner.with(limited.chunkSize(2))
                    .map(List.of(500, 500), millis -> {
                        Thread.sleep(millis);
                        return millis;
                    })
                    .join();
            assertThat(both).containsExactly(500, 500);

            long begin = System.nanoTime();
            assertThat(catchThrowable(() -> runner.with(limited)
                            .submit(() -> Thread.sleep(60_000))
                            .join()))
                    .isInstanceOf(TaskTimeoutException.class);
            assertThat(System.nanoTime() - begin)
                    .isBetween(ofMillis(800).toNanos(), ofSeconds(5).toNanos());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void blamesWhatHadBegunAndMovesTheRest() {
        try (ParallelRunner runner = onPage(o -> o)) {
            assertBlamesWhatHadBegunAndMovesTheRest(runner);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void goesOnWithMessagesWhereThePageCannotBeMapped() {
        long supervisor = ProcessHandle.current().pid();
        try (ParallelRunner runner = open(o -> o)) {
            int deleted = runner.submit(() -> {
                        List<Path> pages = pagesWithAName(supervisor);
                        for (Path page : pages) {
                            Files.delete(page);
                        }
                        return pages.size();
                    })
                    .join();
            assertThat(deleted).isPositive();
            for (int i = 0; i < 20; i++) {
                assertThat(runner.submit(StatusPageTest::isPageMapped).join()).isFalse();
            }
            Eventually.holds("it has told so", () -> runner.stats().times().fallbacks() == 1);
            assertBlamesWhatHadBegunAndMovesTheRest(runner);
        }
    }

    private static void assertBlamesWhatHadBegunAndMovesTheRest(ParallelRunner runner) {
        List<TaskFuture<Integer>> chunk = List.of(
                runner.submit(() -> {
                    Runtime.getRuntime().halt(9);
                    return 0;
                }),
                runner.submit(() -> 1),
                runner.submit(() -> 2));
        WorkerLostException lost = catchThrowableOfType(
                WorkerLostException.class, () -> chunk.get(0).join());
        assertThat(lost.loss().phase()).isEqualTo(Phase.RUNNING);
        assertThat(lost.loss().verdict()).isEqualTo(Verdict.EXITED);
        assertThat(chunk.get(1).join()).isEqualTo(1);
        assertThat(chunk.get(2).join()).isEqualTo(2);
        assertThat(runner.stats().retried()).isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void isNotOfferedToAWorkerThatIsNotTrusted() {
        try (ParallelRunner runner = open(ProcessOptions::hardened)) {
            for (int i = 0; i < 20; i++) {
                assertThat(runner.submit(StatusPageTest::isPageMapped).join()).isFalse();
            }
        }
    }

    // ---- lies

    /** What a worker does that has just begun to use its page, and was sent an attempt. */
    private interface Lie {
        void tell(ScriptedWorkers.Peer peer, StatusPage page, long attempt) throws Exception;
    }

    private static WorkerLostException endOf(Lie lie) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        Queue<ScriptedWorkers.Script> scripts = new LinkedList<>();
        scripts.add(peer -> {
            long first = peer.hearRun();
            peer.say(new Message.Started(first));
            peer.done(first, "first");
            StatusPage page = null;
            long attempt = 0;
            while (page == null || attempt == 0) {
                Message heard = peer.hear();
                if (heard instanceof Message.Page offered) {
                    page = StatusPage.open(Path.of(offered.path()));
                    peer.say(new Message.PageUsed());
                } else if (heard instanceof Message.Run) {
                    attempt = heard.id();
                }
            }
            lie.tell(peer, page, attempt);
            told.complete(null);
        });
        ScriptedWorkers transport = new ScriptedWorkers(scripts);
        try (ParallelRunner runner = open(o -> o.transport(transport).heartbeat(ofSeconds(10)))) {
            assertThat(runner.submit(() -> "never runs").join()).isEqualTo("first");
            TaskFuture<String> victim = runner.submit(() -> "never runs");
            told.join();
            // Whoever asks looks at the page, once this side has heard that it is used.
            Eventually.holds("found out", () -> victim.status().isDone());
            Throwable thrown = catchThrowable(victim::join);
            assertThat(runner.submit(() -> "never runs").join()).isEqualTo("honest");
            assertThat(thrown).isInstanceOf(WorkerLostException.class);
            return (WorkerLostException) thrown;
        }
    }

    @Test
    void refusesAPageThatSpeaksOfWhatWasNotSent() {
        WorkerLostException lost = endOf((peer, page, attempt) -> page.begin(attempt + FAR, 0));
        assertThat(lost.loss().verdict()).isEqualTo(Verdict.CHANNEL_BROKEN);
        assertThat(lost).hasMessageContaining("status page speaks of attempt");
    }

    @Test
    void refusesAnswersToWhatThePageDoesNotSayHasBegun() {
        WorkerLostException lost = endOf((peer, page, attempt) -> peer.done(attempt, "forged"));
        assertThat(lost.loss().verdict()).isEqualTo(Verdict.CHANNEL_BROKEN);
    }

    @Test
    void refusesFramesOfAWorkerThatUsesItsPage() {
        WorkerLostException lost = endOf((peer, page, attempt) -> peer.say(new Message.Started(attempt)));
        assertThat(lost.loss().verdict()).isEqualTo(Verdict.CHANNEL_BROKEN);
    }

    @Test
    void refusesToUseThePageTwice() {
        WorkerLostException lost = endOf((peer, page, attempt) -> {
            page.begin(attempt, System.nanoTime());
            peer.say(new Message.PageUsed());
        });
        assertThat(lost.loss().verdict()).isEqualTo(Verdict.CHANNEL_BROKEN);
    }

    @Test
    void hearsOnceThatThePageCannotBeUsed() {
        Queue<ScriptedWorkers.Script> scripts = new LinkedList<>();
        scripts.add(peer -> {
            long first = peer.hearRun();
            peer.say(new Message.Started(first));
            peer.done(first, "first");
            while (!(peer.hear() instanceof Message.Page)) {
                // it is offered when that was heard
            }
            peer.say(new Message.PageRefused("once"));
            peer.say(new Message.PageRefused("twice"));
            peer.hearRun();
        });
        ScriptedWorkers transport = new ScriptedWorkers(scripts);
        try (ParallelRunner runner = open(o -> o.transport(transport).heartbeat(ofSeconds(10)))) {
            assertThat(runner.submit(() -> "never runs").join()).isEqualTo("first");
            Eventually.holds("found out", () -> runner.stats().workersLost() == 1);
            assertThat(runner.stats().times().fallbacks()).isEqualTo(1);
        }
    }

    @Test
    void refusesAPageThatWasNotOffered() {
        Queue<ScriptedWorkers.Script> scripts = new LinkedList<>();
        scripts.add(peer -> {
            peer.hearRun();
            peer.say(new Message.PageUsed());
        });
        ScriptedWorkers transport = new ScriptedWorkers(scripts);
        try (ParallelRunner runner = open(o -> o.transport(transport).heartbeat(ofSeconds(10)))) {
            // It was not begun, as far as anybody knows, but the connection broke: it counts as begun.
            assertThat(catchThrowable(() -> runner.submit(() -> "never runs").join()))
                    .isInstanceOfSatisfying(
                            WorkerLostException.class,
                            lost -> assertThat(lost.loss().verdict()).isEqualTo(Verdict.CHANNEL_BROKEN));
        }
    }
}

package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.FullQueue;
import dev.tandem.Task;
import dev.tandem.TaskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class BacklogTest {

    private final ScriptedEngine engine = new ScriptedEngine();
    private final RunnerContext context = new RunnerContext("backlog-test", ignored -> engine);
    private final Backlog backlog = new Backlog("backlog-test", 2, FullQueue.BLOCK);

    @AfterEach
    void end() {
        context.terminated();
    }

    @Test
    void handsOutTheHighestPriorityFirstAndTheOldestInside() throws Exception {
        Backlog roomy = new Backlog("roomy", 10, FullQueue.BLOCK);
        Submission<?> low = submission(-1);
        Submission<?> first = submission(0);
        Submission<?> second = submission(0);
        Submission<?> high = submission(5);
        for (Submission<?> one : List.of(low, first, second, high)) {
            roomy.put(Batch.of(one), false);
        }
        assertThat(all(roomy)).containsExactly(high, first, second, low);
    }

    @Test
    void putsWhatComesBackInFrontOfItsEquals() throws Exception {
        Submission<?> queued = submission(0);
        Submission<?> returned = submission(0);
        backlog.put(Batch.of(returned), false);
        backlog.poll();
        returned.unclaim();
        backlog.put(Batch.of(queued), false);
        backlog.putBack(Batch.of(returned));
        assertThat(all(backlog)).containsExactly(returned, queued);
    }

    @Test
    void losesNothingToATakerThatLooksBeforeItSleeps() throws Exception {
        Backlog looked = new Backlog("looked", 10, FullQueue.BLOCK, true, () -> false);
        CompletableFuture<Integer> taken = CompletableFuture.supplyAsync(() -> takeAll(looked));
        int tasks = 20_000;
        for (int i = 0; i < tasks; i++) {
            looked.put(Batch.of(submission(0)), false);
            if (i % 100 == 0) { // so long that it falls asleep
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> looked.size() == 0 && looked.takers() == 1);
            }
        }
        looked.close();
        assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(tasks);
    }

    private static int takeAll(Backlog from) {
        int taken = 0;
        try {
            while (from.take(Long.MAX_VALUE) != null) {
                taken++;
            }
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
        return taken;
    }

    @Test
    void passesOverWhatWasCancelled() throws Exception {
        Submission<?> cancelled = submission(0);
        Submission<?> wanted = submission(0);
        backlog.put(Batch.of(List.of(cancelled, wanted)), false);
        assertThat(cancelled.claim()).isTrue(); // somebody else has it
        backlog.forget();
        assertThat(backlog.size()).isEqualTo(1);
        assertThat(all(backlog)).containsExactly(wanted);
        assertThat(backlog.size()).isZero();
    }

    @Test
    void blocksWhenFullUntilThereIsRoom() throws Exception {
        backlog.put(Batch.of(submission(0)), false);
        backlog.put(Batch.of(submission(0)), false);
        Blocked blocked = new Blocked();
        blocked.awaitWaiting();
        backlog.poll();
        blocked.result.get(5, TimeUnit.SECONDS);
        assertThat(backlog.size()).isEqualTo(2);
    }

    @Test
    void givesTheRoomOfACancelledSubmissionToWhoWaits() throws Exception {
        Submission<?> cancelled = submission(0);
        backlog.put(Batch.of(cancelled), false);
        backlog.put(Batch.of(submission(0)), false);
        Blocked blocked = new Blocked();
        blocked.awaitWaiting();
        cancelled.claim();
        backlog.forget();
        blocked.result.get(5, TimeUnit.SECONDS);
    }

    @Test
    void turnsTheBlockedAwayWhenClosed() throws Exception {
        backlog.put(Batch.of(submission(0)), false);
        backlog.put(Batch.of(submission(0)), false);
        Blocked blocked = new Blocked();
        blocked.awaitWaiting();
        backlog.close();
        assertThatThrownBy(blocked.result::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void givesNoRoomToWhatWasCancelledBeforeItGotIn() throws Exception {
        Submission<?> cancelled = submission(0);
        cancelled.promise().cancel();
        assertThat(engine.forgotten).isEmpty();
        backlog.put(Batch.of(List.of(cancelled, submission(0))), false);
        assertThat(backlog.size()).isEqualTo(1);
    }

    @Test
    void letsAnInterruptedThreadInWhenThereIsRoom() throws Exception {
        Thread.currentThread().interrupt();
        backlog.put(Batch.of(submission(0)), false);
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        assertThat(backlog.size()).isEqualTo(1);
    }

    @Test
    void wakesWhoFitsAlthoughAnotherThatDoesNotHasWaitedLonger() throws Exception {
        Submission<?> cancelled = submission(0);
        backlog.put(Batch.of(cancelled), false);
        backlog.put(Batch.of(submission(0)), false);
        Blocked two = new Blocked(2);
        two.awaitWaiting();
        Blocked one = new Blocked(1);
        one.awaitWaiting();
        cancelled.claim();
        backlog.forget();
        one.result.get(5, TimeUnit.SECONDS);
        assertThat(two.result).isNotDone();
        backlog.close();
    }

    @Test
    void rejectsWhenFullIfToldSo() throws Exception {
        Backlog rejecting = new Backlog("rejecting", 1, FullQueue.REJECT);
        rejecting.put(Batch.of(submission(0)), false);
        assertThatThrownBy(() -> rejecting.put(Batch.of(submission(0)), false))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("queueCapacity=1")
                .hasMessageContaining("raise queueCapacity");
        rejecting.put(Batch.of(submission(0)), true);
        assertThat(rejecting.size()).isEqualTo(2);
    }

    @Test
    void letsABatchInThatIsLargerThanTheQueueOnceItIsEmpty() throws Exception {
        backlog.put(Batch.of(List.of(submission(0), submission(0), submission(0))), false);
        assertThat(backlog.size()).isEqualTo(3);
    }

    private List<Submission<?>> all(Backlog from) {
        List<Submission<?>> all = new ArrayList<>();
        for (Batch batch = from.poll(); batch != null; batch = from.poll()) {
            all.addAll(batch.submissions());
        }
        return all;
    }

    private Submission<?> submission(int priority) {
        return new Intake(context, this, TaskOptions.defaults().priority(priority), new UserCode.OfTask((Task<String>)
                        () -> "never run"))
                .single();
    }

    /** A thread that is blocked in put. */
    private final class Blocked {

        private final CompletableFuture<Void> result = new CompletableFuture<>();
        private final Thread thread = new Thread(this::put, "blocked-submitter");
        private final int submissions;

        Blocked() {
            this(1);
        }

        Blocked(int submissions) {
            this.submissions = submissions;
            thread.setDaemon(true);
            thread.start();
        }

        void awaitWaiting() {
            await().until(() -> thread.getState() == Thread.State.WAITING);
        }

        private void put() {
            try {
                backlog.put(
                        Batch.of(Stream.generate(() -> submission(0))
                                .limit(submissions)
                                .toList()),
                        false);
                result.complete(null);
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        }
    }
}

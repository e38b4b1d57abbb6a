package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.NothingLeft;
import dev.tandem.testing.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers that lie, forge and stammer: each costs itself and its task, and nobody else. */
@ExtendWith({HardLimit.class, NothingLeft.class})
final class HostileWorkerTest {

    private static final int START_FAILED = 74;
    private static final int FAILED = 72;
    private static final int REPORTED = 70;
    private static final int DEFINE_RESULT = 73;
    private static final int LOOKUP = 79;
    private static final int UNKNOWN = 200;

    /** What a worker says, having heard its attempt. */
    private interface Crime {
        void commit(ScriptedWorkers.Peer peer, long attempt) throws Exception;
    }

    private static Map<String, Crime> crimes(CompletableFuture<Long> foreign) {
        Map<String, Crime> all = new LinkedHashMap<>();
        all.put("answers what it was never sent", started((peer, id) -> peer.done(id + 1_000_000, "forged")));
        all.put("answers the attempt of another worker", started((peer, id) -> peer.done(foreign.get(), "forged")));
        all.put(
                "reports on the attempt of another worker",
                started((peer, id) -> peer.say(new Message.Reported(foreign.get(), 1, 2, "forged"))));
        all.put("begins the attempt of another worker", (peer, id) -> peer.say(new Message.Started(foreign.get())));
        all.put("answers before it begins", (peer, id) -> peer.done(id, "forged"));
        all.put("runs before it begins", (peer, id) -> peer.say(new Message.Running(id)));
        all.put("reports before it begins", (peer, id) -> peer.say(new Message.Reported(id, 1, 2, "")));
        all.put("fails before it begins", (peer, id) -> peer.say(failure(id, Message.Failed.Reason.USER)));
        all.put("begins twice", started((peer, id) -> peer.say(new Message.Started(id))));
        all.put(
                "takes its begin back",
                started((peer, id) -> peer.say(failure(id, Message.Failed.Reason.CANCELLED_UNSTARTED))));
        all.put("says what only a supervisor says", started((peer, id) -> peer.say(new Message.Cancel(id))));
        all.put("is ready again", started((peer, id) -> peer.say(new Message.Ready())));
        all.put("fails to start after its start", started((peer, id) -> peer.sayRaw(START_FAILED, 0, new byte[17])));
        all.put("sends an unknown kind", started((peer, id) -> peer.sayRaw(UNKNOWN, id)));
        all.put("says too much", started((peer, id) -> peer.sayRaw(67, id, (byte) 1)));
        all.put("gives no reason", started((peer, id) -> peer.sayRaw(FAILED, id)));
        all.put("gives a reason that there is not", started((peer, id) -> peer.sayRaw(FAILED, id, (byte) 99)));
        all.put("claims two billion frames", started((peer, id) -> peer.sayRaw(FAILED, id, claimedFrames())));
        all.put("claims a text of negative length", started((peer, id) -> peer.sayRaw(REPORTED, id, negativeText())));
        all.put(
                "asks for what leads out of the class path",
                (peer, id) -> peer.sayRaw(LOOKUP, 1, lookup("../../secret")));
        all.put("asks for an absolute file", started((peer, id) -> peer.sayRaw(LOOKUP, 1, lookup("/etc/passwd"))));
        all.put("asks for an endless name", (peer, id) -> peer.sayRaw(LOOKUP, 1, lookup("x".repeat(1 << 16))));
        all.put("answers what nobody has asked it", (peer, id) -> peer.say(new Message.Found(1, List.of(), "")));
        all.put(
                "defines a number beyond all numbers",
                started((peer, id) -> peer.sayRaw(DEFINE_RESULT, 1L << 40, (byte) 0)));
        return all;
    }

    private static byte[] lookup(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + 4 + text.length)
                .put((byte) 0)
                .putInt(text.length)
                .put(text)
                .array();
    }

    private static Crime started(Crime next) {
        return (peer, id) -> {
            peer.say(new Message.Started(id));
            next.commit(peer, id);
        };
    }

    @Row({"X7", "X3", "Z6"})
    @Test
    void x7EndsTheWorkerThatSpeaksOutOfTurnAndNobodyElse() throws Exception {
        CompletableFuture<Long> foreign = new CompletableFuture<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        Map<Long, String> crimeByPid = new ConcurrentHashMap<>();
        Queue<ScriptedWorkers.Script> scripts = new LinkedList<>();
        scripts.add(peer -> {
            long attempt = peer.hearRun();
            peer.say(new Message.Started(attempt));
            foreign.complete(attempt);
            over.get();
            peer.done(attempt, "mine");
            peer.beHonest();
        });
        Map<String, Crime> crimes = crimes(foreign);
        crimes.forEach((name, crime) -> scripts.add(peer -> {
            crimeByPid.put(peer.pid(), name);
            crime.commit(peer, peer.hearRun());
        }));
        int workers = scripts.size();
        try (ParallelRunner runner = open(workers, scripts)) {
            TaskFuture<String> victim = runner.submit(() -> "never runs");
            assertThat(foreign.get(20, TimeUnit.SECONDS)).isNotNull();
            List<TaskFuture<String>> futures = new ArrayList<>();
            for (int i = 1; i < workers; i++) {
                futures.add(runner.submit(() -> "never runs"));
            }
            List<String> punished = new ArrayList<>();
            for (TaskFuture<String> future : futures) {
                Throwable thrown = catchThrowable(future::join);
                assertThat(thrown).isInstanceOfSatisfying(WorkerLostException.class, lost -> {
                    punished.add(crimeByPid.get(lost.loss().pid()));
                    assertThat(lost.loss().verdict()).as(punished.toString()).isEqualTo(Verdict.CHANNEL_BROKEN);
                });
            }
            assertThat(punished).containsExactlyInAnyOrderElementsOf(crimes.keySet());

            assertThat(victim.isDone()).isFalse();
            over.complete(null);
            assertThat(victim.join()).isEqualTo("mine");
            assertThat(runner.submit(() -> "never runs").join()).isEqualTo("honest");
        }
    }

    @Row("X7")
    @Test
    void x7EndsTheWorkerThatAnswersTwiceAndKeepsItsFirstAnswer() {
        Queue<ScriptedWorkers.Script> scripts = new LinkedList<>();
        scripts.add(peer -> {
            long attempt = peer.hearRun();
            peer.say(new Message.Started(attempt));
            peer.done(attempt, "first");
            peer.done(attempt, "second");
        });
        try (ParallelRunner runner = open(1, scripts)) {
            assertThat(runner.submit(() -> "never runs").join()).isEqualTo("first");
            // It may be sent to the liar before that one is found out; then it never began and moves on, or it is lost.
            TaskFuture<String> next = runner.withRetries(1).submit(() -> "never runs");
            assertThat(next.join()).isEqualTo("honest");
            assertThat(runner.stats().workersStarted()).isEqualTo(2);
        }
    }

    @Row("X7")
    @Test
    void x7IgnoresTheAnswerToWhatWasCancelled() {
        CompletableFuture<Void> heardCancel = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        Queue<ScriptedWorkers.Script> scripts = new LinkedList<>();
        scripts.add(peer -> {
            long attempt = peer.hearRun();
            peer.say(new Message.Started(attempt));
            begun.complete(null);
            assertThat(peer.hear()).isInstanceOf(Message.Cancel.class);
            heardCancel.complete(null);
            peer.done(attempt, "too late");
            peer.beHonest();
        });
        try (ParallelRunner runner = open(1, scripts)) {
            TaskFuture<String> future = runner.submit(() -> "never runs");
            begun.join();
            assertThat(future.cancel()).isTrue();
            heardCancel.join();

            assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
            assertThat(future.stopped().toCompletableFuture().join())
                    .isIn(StopOutcome.FINISHED, StopOutcome.INTERRUPTED);
            assertThat(runner.submit(() -> "never runs").join()).isEqualTo("honest");
            assertThat(runner.stats().workersStarted()).isEqualTo(1);
        }
    }

    private static ParallelRunner open(int workers, Queue<ScriptedWorkers.Script> scripts) {
        ScriptedWorkers transport = new ScriptedWorkers(scripts);
        return ParallelRunner.processes(o -> o.workers(workers)
                .name("hostile")
                .transport(transport)
                .heartbeat(Duration.ofSeconds(10))
                .restartLimit(1_000, Duration.ofSeconds(1)));
    }

    private static Message.Failed failure(long attempt, Message.Failed.Reason reason) {
        PortableThrowable thrown = new PortableThrowable("a.B", "forged", List.of(), null, List.of());
        return new Message.Failed(attempt, reason, thrown, "", "", Slice.of(new byte[0]));
    }

    private static byte[] claimedFrames() {
        return ByteBuffer.allocate(64)
                .put((byte) 1)
                .putInt(1)
                .put((byte) 'E')
                .putInt(-1)
                .putInt(Integer.MAX_VALUE)
                .array();
    }

    private static byte[] negativeText() {
        return ByteBuffer.allocate(20).putLong(1).putLong(2).putInt(-7).array();
    }
}

package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.tandem.internal.protocol.ConnectionPair;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Lookup;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.ipc.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LookupsTest {

    private final ConnectionPair pair = new ConnectionPair();
    private final Outbox outbox = new Outbox(pair.first());
    private final Lookups lookups = new Lookups(outbox, new ReadingTurn(outbox));
    private final List<Thread> askers = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        lookups.close();
        for (Thread asker : askers) {
            asker.join();
        }
        pair.first().close();
        pair.second().close();
    }

    private FutureTask<String> ask(String name) {
        FutureTask<String> answer = new FutureTask<>(() -> {
            Found found = lookups.ask(name, false);
            return found.lookupId() + " " + found.reason() + " "
                    + Thread.currentThread().isInterrupted();
        });
        Thread asker = new Thread(answer, "asker-" + name);
        askers.add(asker);
        asker.start();
        return answer;
    }

    private Lookup hear() throws TransportException {
        Message heard = MessageFormat.parse(pair.second().receive());
        assertThat(heard).isInstanceOf(Lookup.class);
        return (Lookup) heard;
    }

    private static void awaitParked(Thread thread) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> thread.getState() == Thread.State.WAITING);
    }

    @Test
    void handsEachAnswerToWhoAsked() throws Exception {
        FutureTask<String> one = ask("one");
        awaitParked(askers.get(0));
        FutureTask<String> two = ask("two");
        awaitParked(askers.get(1));
        outbox.flush();
        assertThat(hear()).isEqualTo(new Lookup(1, "one", false));
        assertThat(hear()).isEqualTo(new Lookup(2, "two", false));
        lookups.answer(new Found(2, List.of(), "second"));
        assertThat(two.get()).isEqualTo("2 second false");
        assertThat(one.isDone()).isFalse();
        lookups.answer(new Found(1, List.of(Slice.of(new byte[3])), "first"));
        assertThat(one.get()).isEqualTo("1 first false");
    }

    @Test
    void waitsOnWhenItIsInterruptedAndKeepsTheStatus() throws Exception {
        FutureTask<String> one = ask("one");
        awaitParked(askers.get(0));
        askers.get(0).interrupt();
        await().until(() -> !askers.get(0).isInterrupted()); // it was seen
        awaitParked(askers.get(0));
        assertThat(one.isDone()).isFalse();
        lookups.answer(new Found(1, List.of(), ""));
        assertThat(one.get()).isEqualTo("1  true");
    }

    @Test
    void refusesAnAnswerToWhatNobodyHasAsked() {
        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> lookups.answer(new Found(1, List.of(), "")))
                .withMessage("the supervisor answers lookup 1, which nobody has sent");
    }

    @Test
    void ignoresASecondAnswer() throws Exception {
        FutureTask<String> one = ask("one");
        awaitParked(askers.get(0));
        lookups.answer(new Found(1, List.of(), "first"));
        assertThat(one.get()).isEqualTo("1 first false");
        lookups.answer(new Found(1, List.of(), "again"));
    }

    @Test
    void letsEverybodyGoAtTheEnd() throws Exception {
        FutureTask<String> before = ask("one");
        awaitParked(askers.get(0));
        lookups.close();
        assertThat(before.get()).contains("the connection to it has ended");
        assertThat(ask("two").get()).contains("the connection to it has ended");
    }

    @Test
    void asksNoMoreThanSoMuchAtOnce() throws Exception {
        for (int i = 0; i < Lookup.MAX_OPEN; i++) {
            ask("n" + i);
        }
        askers.forEach(LookupsTest::awaitParked);
        ask("last");
        Thread last = askers.get(Lookup.MAX_OPEN);
        awaitParked(last);
        outbox.flush();
        for (int i = 0; i < Lookup.MAX_OPEN; i++) {
            assertThat(hear().name()).startsWith("n");
        }
        Object waitsForRoom = LockSupport.getBlocker(last);
        lookups.answer(new Found(1, List.of(), ""));
        await().until(() -> LockSupport.getBlocker(last) != null && LockSupport.getBlocker(last) != waitsForRoom);
        outbox.flush();
        assertThat(hear().name()).isEqualTo("last");
    }
}

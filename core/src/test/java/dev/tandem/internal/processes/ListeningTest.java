package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.ipc.TransportException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reader stands by on a thread of its own; the test is the caller. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class ListeningTest {

    private final Worker worker = new Worker();
    private Listening listening = new Listening(worker, Integer.MAX_VALUE);
    private CompletableFuture<Void> standingBy = CompletableFuture.completedFuture(null);

    /** A worker whose words are heard by whoever asks. */
    private static final class Worker implements Listening.Ear {
        private final AtomicInteger words = new AtomicInteger();
        private final AtomicInteger heard = new AtomicInteger();
        private volatile boolean allAnswered = true;
        private volatile boolean ended;
        private volatile Thread lastListener;
        private volatile RuntimeException failure;

        @Override
        public boolean hear() {
            lastListener = Thread.currentThread();
            if (failure != null) {
                throw failure;
            }
            int spoken = words.getAndSet(0);
            heard.addAndGet(spoken);
            return spoken > 0;
        }

        @Override
        public boolean isAllAnswered() {
            return allAnswered;
        }

        @Override
        public boolean hasEnded() {
            return ended;
        }
    }

    private Thread standBy() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                listening.standBy();
                over.complete(null);
            } catch (TransportException | RuntimeException e) {
                over.completeExceptionally(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        standingBy = over;
        await().until(() -> worker.lastListener == reader); // it has looked once, so it stands by
        return reader;
    }

    @AfterEach
    void end() {
        listening.need();
        await().until(standingBy::isDone);
    }

    @Test
    void isForNobodyButTheReaderWhileThatIsBlocked() {
        listening.listen(() -> false);
        assertThat(worker.lastListener).isNull();
        assertThat(listening.isWanted()).isTrue();
    }

    @Test
    void letsACallerListenUntilItHasWhatItWants() {
        standBy();
        assertThat(listening.isWanted()).isFalse();
        worker.words.set(1);
        listening.listen(() -> worker.lastListener == Thread.currentThread());
        assertThat(worker.heard).hasValue(1);
        assertThat(standingBy).isNotDone();
    }

    @Test
    void leavesToTheReaderWhatACallerHasNotHeard() {
        standBy();
        worker.allAnswered = false;
        listening.listen(() -> false);
        await().until(standingBy::isDone);
    }

    @Test
    void letsTheReaderHearWhatNobodyListensFor() {
        Thread reader = standBy();
        worker.words.set(1);
        await().until(() -> worker.heard.get() == 1);
        assertThat(worker.lastListener).isSameAs(reader);
    }

    @Test
    void letsTheReaderGoOnWhenTheWorkerIsAtWorkAndNobodyListens() {
        standBy();
        worker.allAnswered = false;
        await().until(standingBy::isDone);
    }

    @Test
    void letsTheReaderGoOnWhenItIsNeeded() {
        standBy();
        listening.need();
        await().until(standingBy::isDone);
    }

    @Test
    void letsTheReaderGoOnWhenTheWorkerHasEnded() {
        standBy();
        worker.ended = true;
        await().until(standingBy::isDone);
    }

    @Test
    void letsTheReaderGoOnWhenNobodyHasListenedForLong() {
        listening = new Listening(worker, 5);
        standBy();
        await().until(standingBy::isDone);
    }

    @Test
    void isNotDisturbedByAnInterruptOfTheReader() {
        Thread reader = standBy();
        reader.interrupt();
        await().until(() -> !reader.isInterrupted());
        listening.listen(() -> true);
        listening.need();
        await().until(standingBy::isDone);
    }

    /** It is no business of the caller, and no caller listens after it. */
    @Test
    void tellsTheReaderWhatHasGoneWrongWhileACallerListened() {
        standBy();
        worker.failure = new IllegalStateException("broken");
        listening.listen(() -> false);
        assertThatThrownBy(standingBy::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(worker.failure);
        worker.lastListener = null;
        listening.listen(() -> false);
        assertThat(worker.lastListener).isNull();
    }

    /** Each word is heard once, and the state behind the turn is never used by two at once. */
    @Test
    void isOneAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger collisions = new AtomicInteger();
        AtomicInteger listened = new AtomicInteger();
        Listening contended = new Listening(new Listening.Ear() {
            private int plain; // no lock, nothing volatile: it is the turn that hands it on

            @Override
            public boolean hear() {
                collisions.addAndGet(inside.getAndIncrement());
                plain++;
                listened.set(plain);
                inside.decrementAndGet();
                return false;
            }

            @Override
            public boolean isAllAnswered() {
                return listened.get() % 3 != 0;
            }

            @Override
            public boolean hasEnded() {
                return false;
            }
        });
        AtomicInteger calls = new AtomicInteger();
        Thread reader = new Thread(() -> {
            while (calls.get() < 4_000) {
                try {
                    contended.standBy();
                } catch (TransportException e) {
                    collisions.incrementAndGet();
                }
            }
        });
        Runnable call = () -> {
            while (calls.get() < 4_000) {
                int[] looks = {0};
                contended.listen(() -> ++looks[0] > 2);
                calls.addAndGet(looks[0] > 0 ? 1 : 0);
            }
        };
        Thread[] callers = {new Thread(call), new Thread(call)};
        reader.start();
        for (Thread caller : callers) {
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join();
        }
        contended.need();
        reader.join();
        assertThat(collisions).hasValue(0);
    }
}

package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Item;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.protocol.MessageKind;
import dev.tandem.ipc.Codec.Definition;
import dev.tandem.ipc.Connection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class WorkerProxyTest {

    private final Wire wire = new Wire();
    private final WorkerProxy proxy = new WorkerProxy(wire, "proxy-test-writer");

    @AfterEach
    void close() {
        wire.reads.countDown();
        proxy.close();
    }

    @Test
    void writesSmallMessagesOnTheCallersThread() {
        wire.reads.countDown();
        run(run(1, 100), List.of());
        assertThat(wire.kinds()).containsExactly(MessageKind.RUN.number());
        assertThat(wire.threads()).containsExactly(Thread.currentThread().getName());
    }

    @Test
    void leavesALargeMessageToTheWriterSoThatNobodyWaitsForAWorkerThatDoesNotRead() {
        run(run(1, 1 << 20), List.of());
        proxy.send(new Message.Cancel(1));
        await().until(() -> wire.entered.getCount() == 0);
        assertThat(wire.kinds()).as("the worker reads nothing").isEmpty();
        wire.reads.countDown();
        await().untilAsserted(() ->
                assertThat(wire.kinds()).containsExactly(MessageKind.RUN.number(), MessageKind.CANCEL.number()));
        assertThat(wire.threads()).containsOnly("proxy-test-writer");
    }

    @Test
    void stopsWritingOnTheCallersThreadWhenTheWorkerDoesNotAnswer() {
        wire.reads.countDown();
        for (int message = 0; message < 100; message++) {
            run(run(message, 1000), List.of());
        }
        await().until(() -> wire.kinds().size() == 100);
        long direct = wire.threads().stream()
                .filter(Thread.currentThread().getName()::equals)
                .count();
        assertThat(direct).isBetween(1L, 8L);
        proxy.allRead();
        run(run(100, 1000), List.of());
        assertThat(wire.threads().get(100)).isEqualTo(Thread.currentThread().getName());
    }

    @Test
    void writesOnTheCallersThreadAgainWhenTheWorkerHasAnsweredSome() {
        wire.reads.countDown();
        for (int message = 1; message <= 7; message++) {
            run(run(message, 1000), List.of());
        }
        for (int message = 8; message < 100; message++) {
            proxy.answered(message - 7);
            run(run(message, 1000), List.of());
        }
        assertThat(wire.threads())
                .hasSize(99)
                .containsOnly(Thread.currentThread().getName());
    }

    @Test
    void writesTogetherWhatWaitsTogether() {
        wire.reads.countDown();
        for (int message = 0; message < 10; message++) {
            proxy.queue(run(message, 10), null, List.of());
        }
        proxy.write();
        assertThat(wire.kinds()).hasSize(10);
        assertThat(wire.writes).hasValue(1);
    }

    @Test
    void knowsWhetherTheLastBatchWasWrittenToItsLastByte() {
        wire.reads.countDown();
        proxy.queue(run(0, 10), null, List.of());
        proxy.write();
        assertThat(proxy.isLastRunCut()).isFalse();
        proxy.queue(run(1, 10), null, List.of());
        assertThat(proxy.isLastRunCut()).isTrue();
        proxy.write();
        assertThat(proxy.isLastRunCut()).isFalse();
    }

    @Test
    void sendsEachDefinitionOnceAndBeforeItsFirstUse() {
        wire.reads.countDown();
        Definition zero = new Definition(0, new byte[] {1});
        Definition one = new Definition(1, new byte[] {2});
        run(run(1, 10), List.of(zero));
        run(run(2, 10), List.of(one, zero));
        assertThat(wire.kinds())
                .containsExactly(
                        MessageKind.DEFINE.number(),
                        MessageKind.RUN.number(),
                        MessageKind.DEFINE.number(),
                        MessageKind.RUN.number());
    }

    @Test
    void sendsAFunctionOnceUntilItIsOverOrHasToBeNew() {
        wire.reads.countDown();
        FunctionNumber small = new FunctionNumber(7, 10);
        assertThat(proxy.queue(run(1, 10), small, List.of())).isTrue();
        assertThat(proxy.queue(run(2, 10), small, List.of())).isFalse();
        proxy.renew(small);
        assertThat(proxy.queue(run(3, 10), small, List.of())).isTrue();
        assertThat(proxy.queue(run(4, 10), small, List.of())).isFalse();
        small.over();
        proxy.forget(small);
        proxy.write();
        assertThat(wire.kinds())
                .as("to forget a small one can wait")
                .containsExactly(
                        MessageKind.RUN.number(),
                        MessageKind.RUN.number(),
                        MessageKind.FORGET.number(),
                        MessageKind.RUN.number(),
                        MessageKind.RUN.number());
        assertThat(proxy.queue(run(5, 10), small, List.of()))
                .as("nobody would tell the worker to forget it")
                .isTrue();
        assertThat(proxy.queue(run(6, 10), small, List.of())).isTrue();
    }

    @Test
    void hasALargeFunctionForgottenAtOnceAndOldOnesWhenThereAreTooMany() {
        wire.reads.countDown();
        FunctionNumber large = new FunctionNumber(1_000, 1 << 20);
        proxy.queue(run(1, 10), large, List.of());
        proxy.write();
        large.over();
        proxy.forget(large);
        assertThat(wire.kinds()).containsExactly(MessageKind.RUN.number(), MessageKind.FORGET.number());
        for (int number = 1; number <= KeptByWorker.MOST + 1; number++) {
            proxy.queue(run(number, 10), new FunctionNumber(number, 10), List.of());
        }
        assertThat(proxy.queue(run(100, 10), new FunctionNumber(2, 10), List.of()))
                .as("kept")
                .isFalse();
        assertThat(proxy.queue(run(101, 10), new FunctionNumber(1, 10), List.of()))
                .as("not used for longest")
                .isTrue();
    }

    @Test
    void sendsWhatATaskWaitsForBeforeTheBatchesThatWait() {
        List<Integer> written = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            run(run(i, 1 << 20), List.of());
        }
        await().until(() -> wire.entered.getCount() == 0);
        proxy.answer(
                new Message.Found(1, List.of(), ""),
                () -> written.add(wire.kinds().size()));
        wire.reads.countDown();
        await().untilAsserted(() -> assertThat(wire.kinds())
                .containsExactly(
                        MessageKind.RUN.number(),
                        MessageKind.FOUND.number(),
                        MessageKind.RUN.number(),
                        MessageKind.RUN.number()));
        assertThat(written).containsExactly(2);
    }

    @Test
    void reportsAnErrorOfItsThreadAndEndsTheConnection() {
        List<Throwable> heard = new CopyOnWriteArrayList<>();
        proxy.whenFailed(heard::add);
        Error missing = new NoClassDefFoundError("org/acme/Missing");
        wire.failure = missing;
        wire.reads.countDown();
        run(run(1, 1 << 20), List.of());
        await().until(wire.closed::get);
        assertThat(heard).containsExactly(missing);
        proxy.send(new Message.Cancel(1));
        assertThat(heard).as("once").hasSize(1);
    }

    @Test
    void endsItsThreadWhenClosed() {
        wire.reads.countDown();
        run(run(1, 1 << 20), List.of());
        await().until(() -> wire.kinds().size() == 1);
        proxy.close();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("proxy-test-writer")));
    }

    private void run(Run run, List<Definition> definitions) {
        proxy.queue(run, null, definitions);
        proxy.write();
    }

    private static Run run(long id, int inputBytes) {
        return new Run(
                id,
                Message.Call.FUNCTION,
                "",
                0,
                Map.of(),
                new byte[10],
                List.of(new Item(id, 1, new byte[inputBytes])));
    }

    /** A connection whose peer reads nothing until the latch opens. */
    private static final class Wire implements Connection {

        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch reads = new CountDownLatch(1);
        private final AtomicInteger writes = new AtomicInteger();
        private final AtomicBoolean closed = new AtomicBoolean();
        private volatile @Nullable Error failure;
        private final List<Sent> sent = new CopyOnWriteArrayList<>();

        private record Sent(int kind, String thread) {}

        @Override
        public void send(int kind, long id, ByteBuffer... payload) {
            entered.countDown();
            try {
                reads.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            writes.incrementAndGet();
            if (failure != null) {
                throw failure;
            }
            sent.add(new Sent(kind, Thread.currentThread().getName()));
        }

        @Override
        public void gather(int kind, long id, List<?> arrays, ByteBuffer... payload) {
            sent.add(new Sent(kind, Thread.currentThread().getName()));
        }

        List<Integer> kinds() {
            return sent.stream().map(Sent::kind).toList();
        }

        List<String> threads() {
            return sent.stream().map(Sent::thread).toList();
        }

        @Override
        public Frame receive() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int maxPayloadBytes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }
}

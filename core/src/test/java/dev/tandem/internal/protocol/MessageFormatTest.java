package dev.tandem.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Message.Done;
import dev.tandem.internal.protocol.Message.Item;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.Connection.Frame;
import dev.tandem.ipc.TransportException;
import dev.tandem.testing.Row;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.junit.jupiter.api.Test;

class MessageFormatTest {

    @Provide
    Arbitrary<Message> messages() {
        return Messages.any();
    }

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void readsWhatItWrote(@ForAll("messages") Message message) throws TransportException {
        Frame frame = frame(message);

        assertThat(MessageFormat.parse(frame)).isEqualTo(message);
        assertThat(frame.kind()).isEqualTo(message.kind().number());
        assertThat(frame.id()).isEqualTo(message.id());
        Statistics.collect(message.kind());
        Statistics.coverage(kinds -> {
            for (MessageKind kind : MessageKind.values()) {
                kinds.check(kind).count(count -> count > 0);
            }
        });
    }

    @Row("X4")
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void refusesOrReadsAMessageThatIsCutAtAnyByte(@ForAll("messages") Message message) throws TransportException {
        Frame frame = frame(message);
        for (int length = 0; length < Math.min(frame.payload().length, 2_000); length++) {
            parseWithinBounds(
                    new Frame(frame.kind(), frame.id(), Arrays.copyOf(frame.payload(), length), frame.arrays()));
        }
    }

    @Row("X2")
    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void refusesOrReadsAMessageWithWrongBytes(@ForAll("messages") Message message, @ForAll Random random)
            throws TransportException {
        Frame frame = frame(message);
        for (int round = 0; round < 20; round++) {
            byte[] payload = frame.payload().clone();
            for (int i = random.nextInt(4); payload.length > 0 && i >= 0; i--) {
                // Lengths are where the harm is: make the first bytes of an int large as often as any byte wrong.
                int value = random.nextBoolean() ? 0x7f : random.nextInt();
                payload[random.nextInt(payload.length)] = (byte) value;
            }
            parseWithinBounds(new Frame(frame.kind(), frame.id(), payload, frame.arrays()));
        }
    }

    @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
    void refusesBytesAfterTheEnd(@ForAll("messages") Message message) throws TransportException {
        Set<MessageKind> endless =
                EnumSet.of(MessageKind.DEFINE, MessageKind.DEFINE_RESULT, MessageKind.DONE, MessageKind.FAILED);
        Frame frame = frame(message);
        byte[] longer = Arrays.copyOf(frame.payload(), frame.payload().length + 1);

        if (!endless.contains(message.kind())) {
            assertThatExceptionOfType(TransportException.class)
                    .isThrownBy(() -> MessageFormat.parse(new Frame(frame.kind(), frame.id(), longer, frame.arrays())))
                    .withMessageContaining("1 bytes too many");
        }
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void refusesArraysThatNoPayloadWants(@ForAll("messages") Message message) throws TransportException {
        Frame frame = frame(message);
        if (message.kind() != MessageKind.DONE) {
            List<Object> more = new ArrayList<>(frame.arrays());
            more.add(new byte[9]);
            assertThatExceptionOfType(TransportException.class)
                    .isThrownBy(() -> MessageFormat.parse(new Frame(frame.kind(), frame.id(), frame.payload(), more)));
        }
    }

    @Row("X3")
    @Test
    void refusesAKindThatDoesNotExist() {
        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> MessageFormat.parse(new Frame(63, 9, new byte[] {1, (byte) 0xfe})))
                .withMessage(
                        "malformed frame of kind 63 9 of 2 bytes, at byte 0: there is no such kind; it starts with [01fe]");
    }

    @Test
    void saysWhatIsMalformedAndWhere() {
        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> MessageFormat.parse(new Frame(75, 0, new byte[] {0, 0, 0, 9, 'a'})))
                .withMessage("malformed RETIRING 0 of 5 bytes, at byte 4: reason needs 9 bytes, but 1 are left; "
                        + "it starts with [0000000961]");
    }

    @Row("Z9")
    @Test
    void refusesThrowablesThatAreNestedTooDeep() {
        int depth = 100_000;
        ByteBuffer payload = ByteBuffer.allocate(depth * 13);
        for (int i = 0; i < depth; i++) {
            payload.putInt(0).putInt(-1).putInt(0).put((byte) 1);
        }
        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> MessageFormat.parse(new Frame(74, 0, payload.array())))
                .withMessageContaining("nested deeper than");
    }

    @Row("Z9")
    @Test
    void z9RefusesThrowablesThatAreLargerThanAWorkerMakesThem() throws TransportException {
        PortableThrowable plain = new PortableThrowable("a.B", "m", List.of(), null, List.of());
        StackTraceElement frame = new StackTraceElement("a.B", "c", null, 1);
        for (PortableThrowable large : List.of(
                new PortableThrowable("a.B", "m".repeat(9_000), List.of(), null, List.of()),
                new PortableThrowable("a.B", "m", Collections.nCopies(4_097, frame), null, List.of()),
                new PortableThrowable("a.B", "m", List.of(), null, Collections.nCopies(18, plain)),
                new PortableThrowable(
                        "a.B",
                        "m",
                        List.of(),
                        null,
                        Collections.nCopies(
                                17,
                                new PortableThrowable(
                                        "a.B",
                                        "m",
                                        List.of(),
                                        null,
                                        Collections.nCopies(
                                                17,
                                                new PortableThrowable(
                                                        "a.B",
                                                        "m",
                                                        List.of(),
                                                        null,
                                                        Collections.nCopies(17, plain)))))))) {
            Frame sent = frame(new Message.StartFailed(large));
            assertThatExceptionOfType(TransportException.class)
                    .isThrownBy(() -> MessageFormat.parse(sent))
                    .withMessageStartingWith("malformed START_FAILED 0");
        }
    }

    @Test
    void refusesARunWithoutItems() throws TransportException {
        Run run = new Run(1, Call.TASK, "", 0, Map.of(), new byte[0], List.of(new Item(1, 1, new byte[0])));
        byte[] payload = frame(run).payload();
        byte[] withoutItems = Arrays.copyOf(payload, payload.length - 17);
        withoutItems[withoutItems.length - 1] = 0;

        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> MessageFormat.parse(new Frame(3, 1, withoutItems)))
                .withMessageContaining("a run without items");
    }

    @Test
    void refersToLongArraysInsteadOfCopyingThem() throws TransportException {
        byte[] function = new byte[10_000];
        byte[] input = new byte[20_000];
        Run run = new Run(7, Call.FUNCTION, "", 0, Map.of(), function, List.of(new Item(1, 1, input)));
        List<byte[]> sent = new ArrayList<>();

        MessageFormat.send(onlySending(sent), run);

        assertThat(sent).anyMatch(part -> part == function).anyMatch(part -> part == input);
    }

    @Test
    void leavesAResultInTheArrayOfItsFrame() throws TransportException {
        Frame frame = frame(new Done(3, true, new byte[10_000]));

        Done done = (Done) MessageFormat.parse(frame);

        assertThat(done.result().bytes().array()).isSameAs(frame.payload());
    }

    @Test
    void leavesOutContextWithoutAValue() {
        Map<String, String> context = new HashMap<>();
        context.put("user", "ada");
        context.put("empty", null);

        Run run = new Run(1, Call.TASK, "", 0, context, new byte[0], List.of(new Item(1, 1, new byte[0])));

        assertThat(run.diagnosticContext()).containsExactly(Map.entry("user", "ada"));
    }

    /** Parses or is refused; whichever, the memory that it takes is bounded by the frame. */
    private static void parseWithinBounds(Frame frame) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            MessageFormat.parse(frame);
        } catch (TransportException refused) {
            assertThat(refused).hasMessageStartingWith("malformed ");
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).isLessThan(256 * 1024 + 32L * frame.payload().length);
    }

    private static Frame frame(Message message) throws TransportException {
        try (ConnectionPair pair = new ConnectionPair()) {
            MessageFormat.send(pair.first(), message);
            return pair.second().receive();
        }
    }

    private static Connection onlySending(List<byte[]> sent) {
        return new Connection() {
            @Override
            public void send(int kind, long id, ByteBuffer... payload) {
                for (ByteBuffer part : payload) {
                    sent.add(part.array());
                }
            }

            @Override
            public Frame receive() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int maxPayloadBytes() {
                return 1 << 30;
            }

            @Override
            public void close() {}
        };
    }
}

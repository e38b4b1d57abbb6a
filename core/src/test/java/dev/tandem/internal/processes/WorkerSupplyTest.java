package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tandem.ProcessOptions;
import dev.tandem.internal.protocol.ConnectionPair;
import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Lookup;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.ipc.TransportException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkerSupplyTest {

    private final ClassLoader empty = new ClassLoader(null) {};
    private final ClassSupply classes = new ClassSupply(ProcessOptions.defaults(), empty, List::of, reason -> {});
    private final Queue<Runnable> callbacks = new ArrayDeque<>();
    private final WorkerSupply supply = new WorkerSupply(callbacks::add, classes);

    @Test
    void asksNoLoaderOnTheThreadThatReads() throws TransportException {
        try (ConnectionPair pair = new ConnectionPair()) {
            WorkerProxy proxy = new WorkerProxy(pair.first(), "supply-test-writer");
            supply.answer(new Lookup(5, "no/Such.class", false), proxy);
            assertThat(callbacks).hasSize(1);
            callbacks.remove().run();
            assertThat(MessageFormat.parse(pair.second().receive())).isInstanceOfSatisfying(Found.class, found -> {
                assertThat(found.lookupId()).isEqualTo(5);
                assertThat(found.contents()).isEmpty();
                assertThat(found.reason()).contains("has a resource no/Such.class");
            });
        }
    }

    @Test
    void endsAWorkerThatAsksForTooMuchAtOnceAndLetsAskAgainWhoWasAnswered() throws TransportException {
        try (ConnectionPair pair = new ConnectionPair()) {
            WorkerProxy proxy = new WorkerProxy(pair.first(), "supply-test-writer");
            for (int id = 1; id <= 2 * Lookup.MAX_OPEN; id++) {
                supply.answer(new Lookup(id, "no/Such.class", false), proxy);
            }
            callbacks.remove().run();
            supply.answer(new Lookup(1_000, "no/Such.class", false), proxy);
            assertThatExceptionOfType(TransportException.class)
                    .isThrownBy(() -> supply.answer(new Lookup(1_001, "no/Such.class", false), proxy))
                    .withMessageContaining("asks for more than 128 classes and resources at once");
        }
    }
}

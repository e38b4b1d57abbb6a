package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskFunction;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The function of a map or stream travels to each worker JVM once, and is decoded there once, however many inputs there are. */
final class FunctionContractTest {

    private static final int BYTES_BESIDE = 300_000; // large enough to travel beside the message
    private static final int BYTES_INSIDE = 30_000;
    private static final int WORKERS = 2;
    private static final List<Integer> MANY = IntStream.range(0, 300).boxed().toList();

    /** Tells which copy of it this is, as {@code pid:number}. */
    private static final class Copy implements TaskFunction<Integer, String> {

        private static final long serialVersionUID = 1L;
        private static final AtomicInteger COPIES = new AtomicInteger(); // in this JVM

        private final byte[] weight;
        private transient int number;

        Copy(int bytes) {
            weight = new byte[bytes];
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            number = COPIES.incrementAndGet();
        }

        @Override
        public String apply(Integer input) {
            String copy = ProcessHandle.current().pid() + ":" + (weight.length == 0 ? 0 : number);
            if (input < 0) {
                throw new IllegalStateException(copy);
            }
            return copy;
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void travelsToEachWorkerOnce(Runners runners) {
        ParallelRunner runner = runners.shared();
        Set<String> seen = new HashSet<>();
        long sentBefore = runner.stats().times().bytesSent();
        assertOncePerWorker(runner.map(MANY, new Copy(BYTES_INSIDE)).join(), MANY, seen);
        try (Stream<String> all = runner.stream(MANY, new Copy(BYTES_BESIDE))) {
            assertOncePerWorker(all.toList(), MANY, seen);
        }
        List<Integer> some = MANY.subList(0, 20);
        TaskSubmitter alone = runner.with(TaskOptions.defaults().chunkSize(1));
        assertOncePerWorker(alone.map(some, new Copy(BYTES_BESIDE)).join(), some, seen);
        long sent = runner.stats().times().bytesSent() - sentBefore;
        assertThat(sent).as("in all").isLessThan(WORKERS * (BYTES_INSIDE + 2 * BYTES_BESIDE) + 20_000);
    }

    private static void assertOncePerWorker(List<String> copies, List<Integer> inputs, Set<String> seen) {
        Set<String> those = new HashSet<>(copies);
        Set<String> pids = new HashSet<>();
        those.forEach(copy -> pids.add(copy.substring(0, copy.indexOf(':'))));
        assertThat(copies).hasSameSizeAs(inputs);
        assertThat(those).hasSameSizeAs(pids);
        assertThat(seen).as("each call has copies of its own").doesNotContainAnyElementsOf(those);
        seen.addAll(those);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void isCopiedAnewAfterAFailure(Runners runners) {
        List<Integer> inputs = List.of(1, 2, -1, 3, -1, 4, 5);
        TaskOptions oneByOne = TaskOptions.defaults().window(1);
        for (int bytes : new int[] {BYTES_INSIDE, BYTES_BESIDE}) {
            List<Outcome<Integer, String>> outcomes;
            try (Stream<Outcome<Integer, String>> all =
                    runners.shared().with(oneByOne).outcomes(inputs, new Copy(bytes))) {
                outcomes = all.toList();
            }
            List<String> failed = new ArrayList<>();
            for (Outcome<Integer, String> outcome : outcomes) {
                if (outcome instanceof Outcome.Failure<Integer, String> failure) {
                    failed.add(String.valueOf(failure.failure().getCause().getMessage()));
                } else {
                    assertThat(failed).doesNotContain(outcome.orThrow());
                }
            }
            assertThat(failed).hasSize(2).doesNotHaveDuplicates();
        }
    }
}

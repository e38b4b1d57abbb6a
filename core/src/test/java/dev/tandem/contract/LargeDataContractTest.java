package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.NotTransferableException;
import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.TaskContext;
import dev.tandem.TaskFuture;
import dev.tandem.ipc.Transport;
import dev.tandem.testing.HardLimit;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Arguments and results of megabytes, which travel beside their messages. */
@ExtendWith(HardLimit.class)
final class LargeDataContractTest {

    private static final int COUNT = 400_000; // elements: some chunks, and a part of one

    record Matrix(String name, double[] cells, List<int[]> rows) implements Serializable {}

    static Stream<Arguments> everyWay() {
        return Stream.of(
                way("pipes", o -> o),
                way("pipes, hardened", ProcessOptions::hardened),
                way("unixSocket", o -> o.transport(Transport.unixSocket())),
                way("loopback", o -> o.transport(Transport.loopback())),
                way("sharedMemory", o -> o.transport(Transport.sharedMemory())));
    }

    private static Arguments way(String name, UnaryOperator<ProcessOptions> options) {
        return Arguments.of(name, options);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyWay")
    void goThereAndBackAsTheyWereAtSubmit(String name, UnaryOperator<ProcessOptions> options) {
        try (ParallelRunner runner =
                ParallelRunner.processes(o -> options.apply(o.workers(1).maxPayload("8m")))) {
            double[] cells = new Random(3).doubles(COUNT).toArray();
            double[] original = cells.clone();
            Matrix matrix = new Matrix("m", cells, List.of(new int[] {1}, new int[COUNT]));
            TaskFuture<?> before = runner.submit(() -> null);
            TaskFuture<Matrix> captured = runner.submit(() -> matrix);
            cells[5] = -1;
            TaskFuture<List<double[]>> mapped = runner.map(List.of(cells, original), d -> d);
            cells[5] = -2;

            before.join();
            assertThat(Arrays.equals(captured.join().cells(), original)).isTrue();
            assertThat(captured.join().rows().get(1)).hasSize(COUNT);
            assertThat(mapped.join().get(0)[5]).isEqualTo(-1);
            assertThat(Arrays.equals(mapped.join().get(1), original)).isTrue();
            sendsThemAgainWithARetry(runner, original);
            refusesWhatIsTooLarge(runner);
            carriesBuffersAndBoxes(runner, !name.contains("hardened"));
        }
    }

    private static void sendsThemAgainWithARetry(ParallelRunner runner, double[] data) {
        double[] arrived = runner.withRetries(1)
                .map(List.of(data), d -> {
                    if (TaskContext.current().attempt() == 1) {
                        Runtime.getRuntime().halt(3);
                    }
                    return d;
                })
                .join()
                .get(0);
        assertThat(Arrays.equals(arrived, data)).isTrue();
    }

    private static void refusesWhatIsTooLarge(ParallelRunner runner) {
        byte[] tooLarge = new byte[9 << 20];
        assertThatThrownBy(() -> runner.map(List.of(tooLarge), d -> d.length).join())
                .isInstanceOf(NotTransferableException.class);
        assertThatThrownBy(() -> runner.submit(() -> new byte[9 << 20]).join())
                .isInstanceOf(NotTransferableException.class);
    }

    private static void carriesBuffersAndBoxes(ParallelRunner runner, boolean buffersAreAllowed) {
        List<Integer> boxes = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            boxes.add(i);
        }
        assertThat(runner.map(List.of(boxes), list -> list.get(COUNT - 1)).join())
                .containsExactly(COUNT - 1);
        byte[] content = new byte[COUNT];
        content[COUNT - 1] = 7;
        if (buffersAreAllowed) {
            ByteBuffer rest =
                    runner.submit(() -> ByteBuffer.wrap(content).position(1)).join();
            assertThat(rest.get(COUNT - 2)).isEqualTo((byte) 7);
        }
    }
}

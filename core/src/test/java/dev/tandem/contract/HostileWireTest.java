package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskAction;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.ipc.Transport;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.Row;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks that write to the wire themselves, past the library, as a worker that was taken over could. */
@ExtendWith(HardLimit.class)
final class HostileWireTest {

    private static final int DONE = 71;

    private static ParallelRunner runner;

    @BeforeAll
    static void open() {
        runner = ParallelRunner.processes(o -> o.workers(1)
                .name("wire")
                .transport(Transport.pipes())
                .heartbeat(Duration.ofMillis(100))
                .maxPayload("64m")
                .jvmArgs("-XX:TieredStopAtLevel=1")
                .restartLimit(1_000, Duration.ofSeconds(1)));
    }

    @AfterAll
    static void close() {
        runner.close();
    }

    @Row("X2")
    @Test
    void x2EndsTheWorkerWhoseWireCarriesWhatIsNoFrame() {
        WorkerLoss loss = lossOf(() -> write("this was printed, not framed".getBytes(StandardCharsets.US_ASCII)));

        assertThat(loss.verdict()).isEqualTo(Verdict.CHANNEL_BROKEN);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row("X3")
    @Test
    void x3EndsTheWorkerThatClaimsALengthBeyondTheLimit() {
        WorkerLoss loss = lossOf(() -> write(header(DONE, 1, 0xFFFF_FFFFL)));

        assertThat(loss.verdict()).isEqualTo(Verdict.CHANNEL_BROKEN);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row("X5")
    @Test
    void x5EndsTheWorkerWhoseFrameNeverBecomesWhole() {
        long startNanos = System.nanoTime();
        WorkerLoss loss = lossOf(() -> {
            write(header(DONE, 1, 32 << 20));
            while (true) {
                write(new byte[1]); // and the heartbeats of this worker, which are swallowed too
                Thread.sleep(20);
            }
        });
        assertThat(loss.verdict()).isEqualTo(Verdict.UNRESPONSIVE);
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(20));
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    private static WorkerLoss lossOf(TaskAction deed) {
        return catchThrowableOfType(WorkerLostException.class, runner.submit(deed)::join)
                .loss();
    }

    private static void write(byte[] bytes) throws IOException {
        try (FileOutputStream wire = new FileOutputStream("/proc/self/fd/3")) {
            wire.write(bytes);
        }
    }

    /** A header of ours, but for the sum over header and payload, which nobody looks at before the payload is there. */
    private static byte[] header(int kind, long id, long length) {
        byte[] header = ByteBuffer.allocate(16)
                .putLong((long) kind << 56 | id)
                .putInt((int) length)
                .array();
        byte check = 0x5A;
        for (byte each : header) {
            check ^= each;
        }
        header[1] = check;
        return header;
    }
}

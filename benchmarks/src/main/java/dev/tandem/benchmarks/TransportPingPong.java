package dev.tandem.benchmarks;

import dev.tandem.ipc.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Round trip of one frame to a worker JVM that sends it back: the {@link Connection} alone, without runner and codec.
 *
 * <p>The floor under {@link SubmitAndJoin} on processes, over the same transport. Compare the transports with each
 * other.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class TransportPingPong {

    /** How the echoing JVM is connected. */
    @Param
    public TransportKind transport;

    /** Bytes after the header of the frame; about as many as a task that does nothing has. */
    @Param("100")
    public int payloadBytes;

    private EchoWorker worker;
    private ByteBuffer payload;

    /** Starts the echoing JVM. */
    @Setup
    public void start() throws IOException {
        worker = EchoWorker.start(transport.transport());
        payload = ByteBuffer.allocate(payloadBytes);
    }

    /** There and back. */
    @Benchmark
    public Connection.@Nullable Frame roundTrip() throws IOException {
        worker.connection.send(1, 7, payload);
        return worker.connection.receive();
    }

    /** Ends the echoing JVM. */
    @TearDown
    public void stop() {
        worker.close();
    }
}

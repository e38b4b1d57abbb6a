package dev.tandem.ipc;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

/**
 * The first thing that a worker does.
 *
 * <p>On pipes it loads next to nothing; see {@link DescriptorFile}.
 */
final class WorkerBootstrap {

    /** The parent accepts for longer than that, but once it has it answers at once. */
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    private static final String PEER = "the parent";

    private WorkerBootstrap() {}

    static Connection connect(String text, int maxPayloadBytes) throws TransportException {
        Parent.checkLimit(maxPayloadBytes);
        Address address = Address.parse(text);
        try {
            if (address.transport().equals(PipeTransport.NAME)) {
                return joinPipes(address, maxPayloadBytes);
            }
            if (address.transport().equals(SharedMemoryTransport.NAME)) {
                return joinRings(address, maxPayloadBytes);
            }
            return joinSocket(address, maxPayloadBytes);
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw new TransportException("could not reach the parent at " + text + ": " + e.getMessage(), e);
        }
    }

    private static Connection joinPipes(Address address, int maxPayloadBytes) throws IOException {
        InputStream in = DescriptorFile.input(address.secretDescriptor());
        OutputStream out = DescriptorFile.output(outputDescriptor(address));
        if (address.secretDescriptor() == 0) {
            leaveStandardStreams();
        }
        BootstrapRecord handedOver = BootstrapRecord.read(in);
        out.write(PipeGreeting.encode(maxPayloadBytes, handedOver.secret()));
        Arrays.fill(handedOver.secret(), (byte) 0);
        int agreed = Math.min(maxPayloadBytes, handedOver.maxPayloadBytes());
        return new FramedConnection(new WorkerPipeWire(in, out), PEER, agreed, FrameLog.ofWorker());
    }

    private static Connection joinRings(Address address, int maxPayloadBytes) throws IOException {
        InputStream in = DescriptorFile.input(address.secretDescriptor());
        OutputStream out = DescriptorFile.output(outputDescriptor(address));
        if (address.secretDescriptor() == 0) {
            leaveStandardStreams();
        }
        BootstrapRecord handedOver = BootstrapRecord.read(in);
        RingOffer offer = RingOffer.read(in);
        RingMemory memory = null;
        String whyNot = "";
        if (offer.capacity() != 0) {
            try {
                memory = RingFile.open(offer.path(), offer.capacity(), offer.key());
            } catch (IOException | RuntimeException e) {
                whyNot = e.toString(); // so both go on with their pipes
            }
        }
        out.write(PipeGreeting.encode(maxPayloadBytes, handedOver.secret()));
        out.write(RingOffer.answer(whyNot));
        Arrays.fill(handedOver.secret(), (byte) 0);
        Wire wire = memory == null
                ? new WorkerPipeWire(in, out)
                : new RingWire(
                        memory.toWorker(),
                        memory.toParent(),
                        new Doorbell(in, out, false),
                        new SpinLimit.OfWorker(memory),
                        RingWire.KEEP);
        int agreed = Math.min(maxPayloadBytes, handedOver.maxPayloadBytes());
        return new FramedConnection(wire, PEER, agreed, FrameLog.ofWorker());
    }

    private static int outputDescriptor(Address address) throws TransportException {
        try {
            return Integer.parseInt(address.place());
        } catch (NumberFormatException e) {
            throw new TransportException("not a descriptor in the address of the parent: " + address, e);
        }
    }

    /** Moves user code away from standard input and output, where the frames are when there is no shell. */
    private static void leaveStandardStreams() {
        System.setIn(InputStream.nullInputStream());
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true) {
            @Override
            public void close() {
                flush(); // closing it would close standard error as well
            }
        });
    }

    private static Connection joinSocket(Address address, int maxPayloadBytes) throws IOException {
        InputStream in = DescriptorFile.input(address.secretDescriptor());
        BootstrapRecord handedOver = BootstrapRecord.read(in);
        if (address.secretDescriptor() != 0) {
            in.close(); // else user code may want to see that its input ends there
        }
        // All that takes time comes first: the parent turns away whoever is slow.
        var handshake = Handshake.ofWorker(
                handedOver.secret(),
                address.place(),
                handedOver.maxPayloadBytes(),
                maxPayloadBytes,
                Secrets.random(Handshake.NONCE_BYTES));
        Arrays.fill(handedOver.secret(), (byte) 0);
        SocketChannel channel = open(address);
        try {
            channel.configureBlocking(false);
            complete(handshake, channel);
            Wire wire = new ChannelWire(channel);
            return new FramedConnection(wire, PEER, handshake.agreedMaxPayloadBytes(), FrameLog.ofWorker());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static SocketChannel open(Address address) throws IOException {
        return switch (address.transport()) {
            case UnixMeeting.NAME -> UnixMeeting.connect(address.place());
            case LoopbackMeeting.NAME -> LoopbackMeeting.connect(address.place());
            default -> throw new TransportException("unknown transport in the address of the parent: " + address);
        };
    }

    private static void complete(Handshake handshake, SocketChannel channel) throws IOException {
        Deadline deadline = Deadline.after(HANDSHAKE_TIMEOUT);
        try (var selector = Selector.open()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            while (!handshake.advance(channel)) {
                if (deadline.isOver()) {
                    throw new TransportException("whoever listens there did not prove to be the parent within "
                            + deadline.elapsedMillis() + " ms");
                }
                key.interestOps(handshake.wantsToWrite() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                selector.select(deadline.remainingMillis(Long.MAX_VALUE));
                selector.selectedKeys().clear();
            }
        }
    }
}

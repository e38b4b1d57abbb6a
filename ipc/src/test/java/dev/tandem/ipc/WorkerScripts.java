package dev.tandem.ipc;

import dev.tandem.ipc.Connection.Frame;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What worker JVMs do in tests. */
final class WorkerScripts {

    private WorkerScripts() {}

    public static void main(String[] args) throws Exception {
        switch (args[1]) {
            case "parent" -> beParent();
            case "cut" -> cutAFileUnderItsMapping();
            default -> beWorker(args);
        }
    }

    private static void beWorker(String[] args) throws Exception {
        Connection connection = Transport.connect(args[0], Transport.DEFAULT_MAX_PAYLOAD_BYTES);
        switch (args[1]) {
            case "echo" -> echo(connection);
            case "echo-interrupted" -> echoInterrupted(connection);
            case "print-and-echo" -> {
                print();
                echo(connection);
            }
            case "print-raw-and-echo" -> {
                printRaw();
                echo(connection);
            }
            case "bare-echo" -> bareEcho(connection);
            case "read-input" -> connection.send(1, readInput());
            case "send-many" -> sendMany(connection, Integer.parseInt(args[2]));
            case "send-without-end" -> sendWithoutEnd(connection);
            case "send-large" -> sendLarge(connection);
            case "never-read" -> Thread.currentThread().join();
            case "send-and-halt" -> {
                for (int i = 0; i < 20; i++) {
                    connection.send(1, i, ByteBuffer.allocate(1000));
                }
                Runtime.getRuntime().halt(9);
            }
            case "close" -> {
                connection.close();
                Thread.currentThread().join();
            }
            case "close-while-receiving" -> closeWhileReceiving(connection);
            case "measure-arguments" ->
                connection.send(
                        1, Arrays.stream(args).skip(2).mapToInt(String::length).sum());
            case "start-grandchild" -> startGrandchild(connection);
            default -> throw new IllegalArgumentException("no such script: " + args[1]);
        }
    }

    /** The contents of the n-th large frame. */
    static byte[] large(int number, int bytes) {
        byte[] payload = new byte[bytes];
        Arrays.fill(payload, (byte) (number + 1));
        return payload;
    }

    /** Sends back what comes until the parent closes. */
    private static void echo(Connection connection) throws TransportException {
        for (Frame frame; (frame = connection.receive()) != null; ) {
            connection.send(frame.kind(), frame.id(), ByteBuffer.wrap(frame.payload()));
        }
    }

    /** An echo without anything but us, for a look at what we load. */
    private static void bareEcho(Connection connection) throws TransportException {
        Frame frame = connection.receive();
        ByteBuffer[] payload = {ByteBuffer.wrap(frame.payload())};
        connection.send(frame.kind(), frame.id(), payload);
    }

    private static void echoInterrupted(Connection connection) throws TransportException {
        Thread echoing = Thread.currentThread();
        var interrupter = new Thread(() -> {
            while (true) {
                echoing.interrupt();
                Thread.onSpinWait();
            }
        });
        interrupter.setDaemon(true);
        interrupter.start();
        echo(connection);
    }

    private static void print() {
        for (int i = 0; i < 2000; i++) {
            System.out.println("line " + i + " on standard output");
            System.err.println("line " + i + " on standard error");
        }
        System.out.close();
        System.err.println("the end");
    }

    /** As native code and the JVM itself do, which know nothing of {@link System#out}. */
    private static void printRaw() throws IOException {
        try (OutputStream out = new FileOutputStream("/dev/fd/1")) {
            out.write("raw on descriptor 1\n".repeat(1000).getBytes(StandardCharsets.US_ASCII));
        }
        new FileOutputStream(FileDescriptor.out).write("raw on standard output\n".getBytes(StandardCharsets.US_ASCII));
        new FileOutputStream(FileDescriptor.err).write("raw on standard error\n".getBytes(StandardCharsets.US_ASCII));
        System.in.close();
    }

    private static int readInput() throws IOException {
        // -1 would be no frame id.
        return System.in.read() + 1;
    }

    private static void sendMany(Connection connection, int threads) throws InterruptedException {
        List<Thread> senders = new ArrayList<>();
        for (int sender = 0; sender < threads; sender++) {
            int id = sender;
            senders.add(new Thread(() -> {
                try {
                    for (int i = 1; i <= 255; i++) {
                        connection.send(i, id, ByteBuffer.wrap(large(id, i * 100)));
                    }
                } catch (TransportException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        senders.forEach(Thread::start);
        for (Thread sender : senders) {
            sender.join();
        }
    }

    /** Sends 4 frames of 10 MB, and at the same time receives as many and checks them. */
    private static void sendLarge(Connection connection) throws Exception {
        var sender = new Thread(() -> {
            try {
                for (int i = 0; i < 4; i++) {
                    connection.send(1, i, ByteBuffer.wrap(large(i, 10_000_000)));
                }
            } catch (TransportException e) {
                throw new IllegalStateException(e);
            }
        });
        sender.start();
        for (int i = 0; i < 4; i++) {
            Frame frame = connection.receive();
            if (frame.id() != i || !Arrays.equals(frame.payload(), large(i, 10_000_000))) {
                throw new IllegalStateException("frame " + i + " arrived damaged");
            }
        }
        sender.join();
    }

    private static void sendWithoutEnd(Connection connection) throws TransportException {
        for (int i = 0; ; i++) {
            connection.send(1, i, ByteBuffer.wrap(large(i - 1, 1 + i % 10 * 10_000)));
        }
    }

    /** Is no worker, but has one that echoes, over shared memory if there is any. */
    private static void beParent() throws Exception {
        try (var worker = WorkerProcess.start(Transport.sharedMemory(), "echo")) {
            worker.connection.send(1, 1, ByteBuffer.allocate(30_000));
            int count = worker.connection.receive().payload().length;
            for (int i = 0; i < 9; i++) {
                worker.connection.send(1, 1, ByteBuffer.allocate(30_000));
                count += worker.connection.receive().payload().length;
            }
            System.out.println("echoed " + count + " bytes");
        }
    }

    /** The error may come a little later than what caused it. */
    private static void cutAFileUnderItsMapping() throws Exception {
        int capacity = RingFile.CAPACITY;
        try (RingFile file = RingFile.create(RingFile.directory(), capacity, 1)) {
            var doorbell = new Doorbell(InputStream.nullInputStream(), OutputStream.nullOutputStream(), true);
            RingMemory memory = file.memory();
            var wire = new RingWire(
                    memory.toParent(), memory.toWorker(), doorbell, new SpinLimit.OfWorker(memory), RingWire.KEEP);
            Files.write(file.path(), new byte[0]);
            file.unlink();
            trying("read", () -> wire.read(new byte[1], 0, 1));
            trying("write", () -> wire.write(new byte[capacity], 0, capacity));
            trying("wake", wire::wake);
            trying("close output", wire::closeOutput);
            trying("close input", wire::closeInput);
            System.out.println("closed");
        }
    }

    private static void trying(String what, Running.Action action) throws Exception {
        try {
            action.run();
        } catch (IOException | InternalError e) {
            System.out.println(what + " failed: " + e + " because of " + e.getCause());
        }
    }

    private static void closeWhileReceiving(Connection connection) throws InterruptedException {
        var receiver = new Thread(() -> {
            try {
                connection.receive();
                System.exit(3);
            } catch (TransportException e) {
                System.exit(e.getMessage().contains("closed on this side") ? 0 : 4);
            }
        });
        receiver.start();
        while (receiver.getState() == Thread.State.NEW || receiver.getStackTrace().length < 3) {
            Thread.onSpinWait();
        }
        connection.close();
        receiver.join();
    }

    /** Starts a process that inherits standard output and error and outlives this one. */
    private static void startGrandchild(Connection connection) throws IOException {
        Process grandchild = new ProcessBuilder("sleep", "60").inheritIO().start();
        connection.send(1, grandchild.pid());
        connection.receive();
    }
}

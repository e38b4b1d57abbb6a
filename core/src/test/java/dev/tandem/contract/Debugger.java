package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMStartEvent;
import com.sun.jdi.request.ClassPrepareRequest;
import dev.tandem.testing.Eventually;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One worker under a real debugger, as an IDE would hold it; its end lets the worker go. Not thread-safe. */
final class Debugger implements AutoCloseable {

    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(20);

    private final VirtualMachine worker;
    private final Deque<Event> events = new ArrayDeque<>();

    private Debugger(VirtualMachine worker) {
        this.worker = worker;
    }

    /** Attaches to a worker as soon as that listens. */
    static Debugger attach(int port) {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(one -> one.name().equals("com.sun.jdi.SocketAttach"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("localhost");
        arguments.get("port").setValue(Integer.toString(port));
        VirtualMachine[] attached = new VirtualMachine[1];
        Eventually.holds("a worker that listens", () -> {
            try {
                attached[0] = connector.attach(arguments);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return new Debugger(attached[0]);
    }

    /** Listens for workers that dial. */
    static final class Listening implements AutoCloseable {

        private final ListeningConnector connector = Bootstrap.virtualMachineManager().listeningConnectors().stream()
                .filter(one -> one.name().equals("com.sun.jdi.SocketListen"))
                .findFirst()
                .orElseThrow();
        private final Map<String, Connector.Argument> arguments = connector.defaultArguments();
        private final int port;

        Listening() throws IOException, IllegalConnectorArgumentsException {
            arguments.get("localAddress").setValue("localhost");
            arguments.get("timeout").setValue(Long.toString(PATIENCE_MILLIS));
            String address = connector.startListening(arguments);
            port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        }

        int port() {
            return port;
        }

        Debugger next() throws IOException, IllegalConnectorArgumentsException {
            return new Debugger(connector.accept(arguments));
        }

        @Override
        public void close() throws IOException, IllegalConnectorArgumentsException {
            connector.stopListening(arguments);
        }
    }

    /** The worker is suspended before its first class of ours. */
    void awaitTheStart() throws InterruptedException {
        await(VMStartEvent.class);
        assertThat(worker.classesByName("dev.tandem.internal.worker.WorkerMain"))
                .isEmpty();
    }

    /** Lets the suspended worker run until it comes to the method, where it is suspended again. */
    Location runTo(Class<?> type, String method) throws InterruptedException {
        ClassPrepareRequest prepared = worker.eventRequestManager().createClassPrepareRequest();
        prepared.addClassFilter(type.getName());
        prepared.enable();
        worker.resume();
        ReferenceType there = await(ClassPrepareEvent.class).referenceType();
        Location begin = there.methodsByName(method).get(0).location();
        worker.eventRequestManager().createBreakpointRequest(begin).enable();
        worker.resume();
        return await(BreakpointEvent.class).location();
    }

    <T> T ask(Function<VirtualMachine, T> question) {
        return question.apply(worker);
    }

    /** Lets go of the worker, which runs on. */
    @Override
    public void close() {
        try {
            worker.dispose();
        } catch (VMDisconnectedException e) {
            // it has ended
        }
    }

    private <T extends Event> T await(Class<T> type) throws InterruptedException {
        while (true) {
            while (events.isEmpty()) {
                EventSet some = worker.eventQueue().remove(PATIENCE_MILLIS);
                assertThat(some).as("%s of the worker", type.getSimpleName()).isNotNull();
                some.forEach(events::add);
            }
            Event event = events.remove();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }
}

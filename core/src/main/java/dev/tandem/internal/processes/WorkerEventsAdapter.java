package dev.tandem.internal.processes;

import dev.tandem.Progress;
import dev.tandem.internal.protocol.Message;
import dev.tandem.ipc.TransportException;

/** Turns messages from a worker into calls. */
final class WorkerEventsAdapter {

    private final WorkerEvents events;

    WorkerEventsAdapter(WorkerEvents events) {
        this.events = events;
    }

    void dispatch(Message message) throws TransportException {
        if (message instanceof Message.Started started) {
            events.started(started.attemptId());
        } else if (message instanceof Message.Done done) {
            events.done(done.attemptId(), done.result());
        } else if (message instanceof Message.Running running) {
            events.running(running.attemptId());
        } else if (message instanceof Message.Encoding encoding) {
            events.encoding(encoding.attemptId());
        } else if (message instanceof Message.Failed failed) {
            events.failed(failed);
        } else if (message instanceof Message.Reported reported) {
            events.reported(reported.attemptId(), new Progress(reported.done(), reported.total(), reported.note()));
        } else if (message instanceof Message.DefineResult define) {
            events.defined(define.definition());
        } else if (message instanceof Message.LeftBehind left) {
            events.leftBehind(left);
        } else if (message instanceof Message.Retiring retiring) {
            events.retiring(retiring.reason());
        } else if (message instanceof Message.Stopping) {
            events.stopping();
        } else if (!(message instanceof Message.Alive)) { // any frame shows that the worker lives
            throw new TransportException("a ready worker sent " + message.kind() + ", which makes no sense there");
        }
    }
}

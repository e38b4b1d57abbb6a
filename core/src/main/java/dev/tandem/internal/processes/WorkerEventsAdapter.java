package dev.tandem.internal.processes;

import dev.tandem.Progress;
import dev.tandem.internal.protocol.Message;
import dev.tandem.ipc.TransportException;

/**
 * Turns messages from a worker into calls, if they come in an order in which a worker of ours would send them.
 *
 * <p>A worker runs one attempt after the other: it speaks of an attempt from STARTED to its answer, and of no other one in
 * between, except to say that one was cancelled before it began. Whoever does otherwise is no worker of ours, or no longer. Once it
 * uses its page it says there what has begun, and {@link Attempts} compares what it says here with that.
 * Used by one thread.
 */
final class WorkerEventsAdapter {

    private static final long NONE = -1;
    private static final int MAX_REASON_CHARS = 1_000;

    private final WorkerEvents events;

    private long begun = NONE;
    private boolean onPage;

    WorkerEventsAdapter(WorkerEvents events) {
        this.events = events;
    }

    void dispatch(Message message) throws TransportException {
        if (message instanceof Message.Started started) {
            demandFrames(started);
            begin(started);
        } else if (message instanceof Message.Done done) {
            demandBegun(done);
            begun = NONE;
            events.done(done.attemptId(), done.result(), done.plain());
        } else if (message instanceof Message.ChunkDone done) {
            demandPage(done);
            events.chunkDone(done.attemptId(), done.nanos());
        } else if (message instanceof Message.Running running) {
            demandFrames(running);
            demandBegun(running);
            events.running(running.attemptId());
        } else if (message instanceof Message.Encoding encoding) {
            demandFrames(encoding);
            demandBegun(encoding);
            events.encoding(encoding.attemptId());
        } else if (message instanceof Message.Measured measured) {
            demandBegun(measured);
            events.measured(measured);
        } else if (message instanceof Message.PageUsed used) {
            turnToPage(used);
        } else if (message instanceof Message.PageRefused refused) {
            demandFrames(refused);
            events.pageRefused(Printable.line(refused.reason(), MAX_REASON_CHARS));
        } else if (message instanceof Message.Failed failed) {
            fail(failed);
        } else if (message instanceof Message.Reported reported) {
            demandBegun(reported);
            events.reported(reported.attemptId(), new Progress(reported.done(), reported.total(), reported.note()));
        } else if (message instanceof Message.DefineResult define) {
            events.defined(define.definition());
        } else if (message instanceof Message.LeftBehind left) {
            events.leftBehind(left);
        } else if (message instanceof Message.Lookup lookup) {
            events.asked(lookup); // at any moment: its stop action and threads that outlive their task need classes too
        } else if (message instanceof Message.Retiring retiring) {
            events.retiring(Printable.line(retiring.reason(), MAX_REASON_CHARS));
        } else if (message instanceof Message.Stopping) {
            events.stopping();
        } else if (message instanceof Message.StopFailed failure) {
            events.stopFailed(failure);
        } else if (!(message instanceof Message.Alive)) { // any frame shows that the worker lives
            throw new TransportException("a ready worker sent " + message.kind() + ", which makes no sense there");
        }
    }

    private void turnToPage(Message.PageUsed used) throws TransportException {
        demandFrames(used);
        if (begun != NONE) {
            throw new TransportException("the worker turned to its page before it answered attempt " + begun);
        }
        events.pageUsed();
        onPage = true;
    }

    private void demandPage(Message message) throws TransportException {
        if (!onPage) {
            throw new TransportException("the worker sent " + message.kind() + ", but uses no page");
        }
    }

    private void demandFrames(Message message) throws TransportException {
        if (onPage) {
            throw new TransportException(
                    "the worker sent " + message.kind() + ", but uses its status page, as it has said");
        }
    }

    private void begin(Message.Started started) throws TransportException {
        if (begun != NONE) {
            throw new TransportException(
                    "the worker began attempt " + started.attemptId() + " before it answered " + begun);
        }
        events.started(started.attemptId());
        begun = started.attemptId();
    }

    private void fail(Message.Failed failed) throws TransportException {
        boolean hadBegun = switch (failed.reason()) {
            case CANCELLED_UNSTARTED, HANDED_BACK, NO_FILE -> false;
            case USER, DECODING_TASK, DECODING_INPUT, ENCODING_RESULT -> true;
        };
        if (hadBegun) {
            demandBegun(failed);
            begun = NONE;
        } else if (failed.attemptId() == begun) {
            throw new TransportException("the worker says that attempt " + begun + " never began, which it has");
        }
        events.failed(failed);
    }

    private void demandBegun(Message message) throws TransportException {
        if (!onPage && message.id() != begun) {
            throw new TransportException("the worker sent " + message.kind() + " of attempt " + message.id()
                    + ", which " + (begun == NONE ? "has not begun" : "is not attempt " + begun + ", which has begun"));
        }
    }
}

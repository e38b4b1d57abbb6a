package dev.tandem.internal.processes;

import dev.tandem.Progress;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.TransportException;

/**
 * What a worker says once it is ready, as calls; made by its reader thread, which must not be kept.
 *
 * <p>A call that the worker had no right to make ends with a {@link TransportException}, and so does the worker.
 */
interface WorkerEvents {

    void pageUsed() throws TransportException;

    void pageRefused(String reason) throws TransportException;

    void started(long attemptId) throws TransportException;

    void running(long attemptId) throws TransportException;

    void encoding(long attemptId) throws TransportException;

    void reported(long attemptId, Progress progress) throws TransportException;

    void done(long attemptId, Payload result, boolean plain) throws TransportException;

    void chunkDone(long attemptId, long nanos) throws TransportException;

    void measured(Message.Measured measured) throws TransportException;

    void failed(Message.Failed failure) throws TransportException;

    void defined(Codec.Definition definition) throws TransportException;

    void leftBehind(Message.LeftBehind left);

    void asked(Message.Lookup lookup) throws TransportException;

    void retiring(String reason);

    void stopping();

    void stopFailed(Message.StopFailed failure);
}

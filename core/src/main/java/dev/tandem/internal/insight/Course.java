package dev.tandem.internal.insight;

import org.jspecify.annotations.Nullable;

/**
 * The times of one attempt of a task, or of one chunk of inputs that ran together.
 *
 * <pre>
 *   this JVM     submitted  prepared ........ sent ................................... answered  ended
 *                   |-encode--|-----wait--------|                                         |-decode-|
 *   its worker                                        began  decoded  returned  encoded
 *                                                       |-decode-|--run--|--encode-|
 * </pre>
 *
 * On threads there is no way to a worker, and what is between began and ended is the run. All times are of this JVM's {@code nanoTime}, those of
 * a worker JVM as {@link ClockOffset} has them; zero means that it has not come to that.
 *
 * <p><b>Who writes</b>: whoever moves the task along, one after the other, just before the step that hands it on. A report that is
 * made meanwhile may see a step that is not made after all, which it shows until the next report. It holds nothing of the user's but
 * the name.
 */
public final class Course {

    private final long taskId;
    private final @Nullable String name;
    private final int weight;
    private final String submitter;
    private final int attempt;
    private final @Nullable Object flight;

    private long submittedNanos;
    private long inputIndex = -1;
    private int inputs = 1;
    private int succeeded;
    private long inputEncodeNanos;
    private boolean knowsWait = true;
    private long preparedNanos;
    private long bytesIn;
    private long sentNanos;
    private long startedNanos;
    private int slot = -1;
    private long pid;
    private long answeredNanos;
    private long endedNanos;
    private long bytesSent;
    private long bytesOut;
    private @Nullable There there;

    /** How long the steps took that a worker JVM has measured. */
    public record There(long decodeNanos, long runNanos, long encodeNanos) {}

    Course(
            long taskId,
            @Nullable String name,
            int weight,
            int attempt,
            String submitter,
            long nanos,
            @Nullable Object flight) {
        this.taskId = taskId;
        this.name = name;
        this.weight = weight;
        this.attempt = attempt;
        this.submitter = submitter;
        this.submittedNanos = nanos;
        this.flight = flight;
    }

    /** That of the next attempt. */
    Course next(long nanos, @Nullable Object nextFlight) {
        Course next = new Course(taskId + succeeded, name, weight, attempt + 1, submitter, nanos, nextFlight);
        next.inputs = inputs - succeeded;
        next.inputIndex = inputIndex < 0 ? inputIndex : inputIndex + succeeded;
        next.bytesIn = bytesIn;
        next.preparedNanos = nanos;
        return next;
    }

    /** What belongs to the flight recorder of the JVM; null if nobody records. */
    @Nullable
    Object flight() {
        return flight;
    }

    // ---- what it has come to

    void prepared(long nanos, long bytes) {
        preparedNanos = preparedNanos == 0 ? nanos : preparedNanos;
        bytesIn = bytes;
    }

    void sent(long nanos, int toSlot, long ofPid) {
        sentNanos = nanos;
        slot = toSlot;
        pid = ofPid;
        startedNanos = 0; // it may have been sent to another before, which had not begun
    }

    void started(long nanos) {
        startedNanos = nanos;
    }

    void sentBytes(long bytes) {
        bytesSent += bytes; // again if its first worker died before it had begun
    }

    void receivedBytes(long bytes) {
        bytesOut += bytes;
    }

    void measuredThere(long beganNanos, There steps) {
        startedNanos = beganNanos;
        there = steps;
    }

    void answered(long nanos) {
        answeredNanos = nanos;
    }

    void ended(long nanos) {
        if (endedNanos == 0) {
            endedNanos = nanos;
        }
    }

    /** It is that input of a map or stream, or begins with it. */
    public void ofInput(long index) {
        inputIndex = index;
    }

    /** It was in line since then, 0 if nobody knows; it is here because a worker has come for it. */
    public void waitedInLine(long sinceNanos) {
        knowsWait = sinceNanos != 0;
        submittedNanos = knowsWait ? sinceNanos : submittedNanos;
        preparedNanos = submittedNanos;
    }

    /** It was encoded from then to then. */
    public void wasEncoded(long fromNanos, long toNanos) {
        submittedNanos = fromNanos;
        preparedNanos = toNanos;
    }

    /** It is so many inputs of a map or stream, run one after the other, of which so many have succeeded, the first ones. */
    public void ofInputs(int many, int ofThemSucceeded) {
        inputs = many;
        succeeded = ofThemSucceeded;
    }

    /** To encode its inputs took so long, which was before they were in line. */
    public void encodedInputs(long nanos) {
        inputEncodeNanos = nanos;
    }

    // ---- what is known

    /** The task. */
    public long taskId() {
        return taskId;
    }

    /** What the user calls it. */
    public @Nullable String name() {
        return name;
    }

    /** Its place among the inputs of a map or stream, or -1. */
    public long inputIndex() {
        return inputIndex;
    }

    /** How many inputs it is. */
    public int inputs() {
        return inputs;
    }

    /** How many of them have succeeded; of an attempt that is over, or given up. */
    int succeeded() {
        return succeeded;
    }

    /** How long it took to encode its inputs, each before it got in line; known only if events are recorded. */
    long inputEncodeNanos() {
        return inputEncodeNanos;
    }

    /** For how many tasks it stands, if not each is timed. */
    public int weight() {
        return weight;
    }

    /** The thread that submitted it. */
    public String submitter() {
        return submitter;
    }

    /** Which attempt it is, from 1. */
    public int attempt() {
        return attempt;
    }

    /** When it was handed in, or when its attempt before was over. */
    public long submittedNanos() {
        return submittedNanos;
    }

    /** How long it was encoded. */
    public long encodeNanos() {
        return Math.max(0, preparedNanos - submittedNanos);
    }

    /** When it was sent to a worker; 0 if it was not. */
    public long sentNanos() {
        return sentNanos;
    }

    /** When its worker began with it; 0 if none did. */
    public long startedNanos() {
        return startedNanos;
    }

    /** The place of the worker that it was sent to, or -1. */
    public int slot() {
        return slot;
    }

    /** The process of its worker, or 0. */
    public long pid() {
        return pid;
    }

    /** When its answer was there; 0 if it was not, or came without a way. */
    public long answeredNanos() {
        return answeredNanos;
    }

    /** When it was over; 0 while it is not. */
    public long endedNanos() {
        return endedNanos;
    }

    /** The bytes of what was encoded when it was submitted. */
    public long bytesIn() {
        return bytesIn;
    }

    /** The bytes of its code and arguments that were sent to worker JVMs; what goes together counts for the first. */
    public long bytesSent() {
        return bytesSent;
    }

    /** The bytes of its results, or of what it has thrown, that came from a worker JVM. */
    public long bytesOut() {
        return bytesOut;
    }

    /** Whether it is known since when it waited. */
    boolean knowsWait() {
        return knowsWait;
    }

    /** What its worker JVM has measured; null if it did not. */
    public @Nullable There there() {
        return there;
    }

    /** From the end of its encoding to its begin; until it begins, to {@code nowNanos}. */
    public long waitNanos(long nowNanos) {
        long until = startedNanos != 0 ? startedNanos : endedNanos != 0 ? endedNanos : nowNanos;
        return Math.max(0, until - Math.max(submittedNanos, preparedNanos));
    }

    /** How long its worker was busy with it, until now if it still is. */
    public long busyNanos(long nowNanos) {
        if (startedNanos == 0) {
            return 0;
        }
        There measured = there;
        if (measured != null) {
            return measured.decodeNanos() + measured.runNanos() + measured.encodeNanos();
        }
        long until = answeredNanos != 0 ? answeredNanos : endedNanos != 0 ? endedNanos : nowNanos;
        return Math.max(0, until - startedNanos);
    }

    /** How long code of the user's ran. */
    public long runNanos(long nowNanos) {
        There measured = there;
        return measured != null ? measured.runNanos() : busyNanos(nowNanos);
    }

    /** How long it was under way between the two JVMs, and in the hands of nobody's code there; -1 if nobody knows. */
    public long transferNanos() {
        return there == null || sentNanos == 0 || answeredNanos == 0
                ? -1
                : Math.max(0, answeredNanos - sentNanos - busyNanos(answeredNanos));
    }

    /** All that is spent on getting there and back; -1 if nobody knows. */
    public long crossingNanos() {
        There measured = there;
        long transfer = transferNanos();
        if (measured == null || transfer < 0) {
            return -1;
        }
        long decode = endedNanos == 0 ? 0 : Math.max(0, endedNanos - answeredNanos);
        return encodeNanos() + inputEncodeNanos + transfer + measured.decodeNanos() + measured.encodeNanos() + decode;
    }
}

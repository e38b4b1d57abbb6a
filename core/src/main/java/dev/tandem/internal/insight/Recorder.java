package dev.tandem.internal.insight;

import dev.tandem.Progress;
import dev.tandem.RunnerTimes;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.ThreadOptions;
import dev.tandem.internal.insight.Event.Departure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the engines of one runner tell of their tasks and workers.
 *
 * <p><b>What is kept.</b> If events are {@linkplain #isRecording recorded}, every task has a {@link Course}, and its steps go to the {@link
 * Journal}. If not, only some tasks have one, and only their times are kept, added up in histograms: two readings of the clock
 * cost as much as a short task on a thread. The first {@value #ALL_UNTIL} are all timed, since a program that has only ten tasks wants to know of
 * those, and after that one in {@value #ONE_OF}, which stands for as many. Which ones is decided by the bits of the product of their
 * number with a constant, so that it has nothing to do with any rhythm of the inputs.
 *
 * <p>Whoever moves a task along asks whether it has a course, which is a field that it looks at anyway, and does nothing more if not.
 *
 * <p>Thread-safe without a lock.
 */
public final class Recorder {

    /** Turns recording on for runners whose options do not say: how many events to keep. */
    public static final String PROPERTY = "tandem.recordEvents";

    /** The process id of workers that are threads here: nobody asks for the real one before it is shown. */
    public static final long THIS_JVM = 0;

    private static final int ALL_UNTIL = 256; // more: short runs cost more; fewer: short runs are known less well
    private static final int ONE_OF = 256; // more: rare times are missed; fewer: it costs more
    private static final int SHIFT = 64 - Integer.numberOfTrailingZeros(ONE_OF);
    private static final long SCATTER = 0x9e37_79b9_7f4a_7c15L;
    private static final int MAX_FAILURE_CHARS = 4_000;

    private final LongSupplier clock;
    private final Flight flight;
    private final long openedNanos;
    private final @Nullable Journal journal;
    private final Histogram waits = new Histogram();
    private final Histogram runs = new Histogram();
    private final Histogram crossings = new Histogram();
    private final LongAdder encodeNanos = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder bytesSpared = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder fallbacks = new LongAdder();
    private final LongAdder busyNanos = new LongAdder();
    private final LongAdder aliveNanos = new LongAdder(); // of those that are gone
    private final ConcurrentMap<Integer, Tally> tallies = new ConcurrentHashMap<>();

    private volatile boolean closed; // written once

    /** What one worker has done. */
    private static final class Tally {

        private final long sinceNanos;
        private final LongAdder busyNanos = new LongAdder();

        Tally(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    /**
     * Makes the recorder of a runner.
     *
     * @param runner its name
     * @param events how many to keep; 0 for none
     * @param clock this JVM's {@code nanoTime}
     */
    public Recorder(String runner, int events, LongSupplier clock) {
        this.flight = new Flight(runner);
        this.clock = clock;
        this.journal = events == 0 ? null : new Journal(events);
        this.openedNanos = clock.getAsLong();
    }

    /** How many events to keep of a runner whose options do not say. */
    public static int eventsByDefault() {
        return ThreadOptions.defaults().recordEvents();
    }

    /** Whether events are kept. */
    public boolean isRecording() {
        return journal != null;
    }

    // ---- tasks

    /** The course of a task that is being submitted; null if it is not timed. */
    public @Nullable Course begin(long taskId, TaskOptions options) {
        Object told = flight.begin();
        if (journal == null && told == null && !isInSample(taskId)) {
            return null;
        }
        int weight = weight(taskId, told != null);
        String submitter = journal == null ? "" : Thread.currentThread().getName();
        String name = options.name().orElse(null); // here: looking it up costs as much as all else that a task pays
        return new Course(taskId, name, weight, 1, submitter, clock.getAsLong(), told);
    }

    /** Whether a task of that number has a course, if it begins now. */
    public boolean isTimed(long taskId) {
        return journal != null || isInSample(taskId) || Flight.isOn();
    }

    private static boolean isInSample(long taskId) {
        return taskId <= ALL_UNTIL || taskId * SCATTER >>> SHIFT == 0;
    }

    /** For how many it stands. */
    private int weight(long taskId, boolean toldToFlight) {
        return journal != null || toldToFlight || taskId <= ALL_UNTIL ? 1 : ONE_OF;
    }

    /** An input of a map or stream, which is timed, was encoded. */
    public void encodedInput(long taskId, long nanos) {
        encodeNanos.add(nanos * weight(taskId, Flight.isOn()));
    }

    /** It is ready to be sent. */
    public void submitted(Course task, long bytes) {
        task.prepared(clock.getAsLong(), bytes);
        flight.submitted(task);
        if (journal != null) {
            journal.add(new Event.Submitted(task.submittedNanos(), task));
        }
    }

    /** It is sent to a worker, which is that of its run however late the begin is told. */
    public void sent(Course task, int slot, long pid) {
        task.sent(clock.getAsLong(), slot, pid);
    }

    /** A worker has begun with it, so long ago. */
    public void started(Course task, long agoNanos) {
        long nanos = clock.getAsLong() - agoNanos;
        task.started(nanos);
        if (journal != null) {
            journal.add(new Event.Started(nanos, task));
        }
    }

    /** It has said how far it is. */
    public void reported(Course task, Progress progress) {
        if (journal != null) {
            journal.add(new Event.Reported(clock.getAsLong(), task, progress));
        }
    }

    /** Its worker has measured it; told before its answer. What cannot be, for it was not sent or is not now, is not believed. */
    public void measured(Course task, long beganNanos, Course.There steps) {
        long nowNanos = clock.getAsLong();
        long began = Math.min(Math.max(beganNanos, task.sentNanos()), nowNanos);
        long decode = within(steps.decodeNanos(), nowNanos - began);
        long run = within(steps.runNanos(), nowNanos - began - decode);
        long encode = within(steps.encodeNanos(), nowNanos - began - decode - run);
        task.measuredThere(began, new Course.There(decode, run, encode));
    }

    private static long within(long claimed, long limit) {
        return Math.max(0, Math.min(claimed, limit));
    }

    /** Its answer is there. */
    public void answered(Course task) {
        task.answered(clock.getAsLong());
    }

    /** Nothing of it runs any more. */
    public void left(Course task) {
        task.ended(clock.getAsLong());
    }

    /** It is over, and will be tried again: the course of that attempt. */
    public Course triedAgain(Course task, @Nullable String failure) {
        over(task, TaskStatus.QUEUED, failure);
        return task.next(clock.getAsLong(), flight.beginAgain());
    }

    /** Its future is done, as {@code status} says, and its worker is still at it. */
    public void givenUp(Course task, TaskStatus status, @Nullable String failure) {
        if (journal != null) {
            journal.add(new Event.GivenUp(clock.getAsLong(), task, status, shortened(failure)));
        }
    }

    /** The runner did not take it in: it is no task, and has no times. */
    public void refused(Course task, @Nullable String why) {
        if (journal != null) {
            journal.add(new Event.Refused(clock.getAsLong(), task, shortened(why)));
        }
    }

    /** It is over. */
    public void ended(Course task, TaskStatus status, @Nullable String failure) {
        over(task, status, failure);
    }

    private void over(Course task, TaskStatus status, @Nullable String failure) {
        long nowNanos = clock.getAsLong();
        task.ended(nowNanos);
        flight.over(task, status, failure, nowNanos);
        int weight = task.weight();
        if (task.inputIndex() < 0 && task.bytesIn() > 0) { // what takes no bytes is handed over as it is
            encodeNanos.add(task.encodeNanos() * weight);
        }
        if (task.startedNanos() != 0) {
            long busy = task.busyNanos(nowNanos) * weight;
            if (task.knowsWait()) {
                waits.add(task.waitNanos(nowNanos), weight);
            }
            runs.add(task.runNanos(nowNanos), weight);
            busyNanos.add(busy);
            if (!closed) {
                tally(task).busyNanos.add(busy);
            }
            long crossing = task.crossingNanos();
            if (crossing >= 0) {
                crossings.add(crossing, weight);
            }
        }
        if (journal != null) {
            journal.add(new Event.Ended(nowNanos, task, status, shortened(failure)));
        }
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= MAX_FAILURE_CHARS ? text : text.substring(0, MAX_FAILURE_CHARS) + "…";
    }

    /** So many bytes of code and arguments were sent to a worker JVM for a task, which may not be timed. */
    public void sentBytes(@Nullable Course task, long bytes) {
        if (bytes != 0) {
            bytesSent.add(bytes);
        }
        if (task != null) {
            task.sentBytes(bytes);
        }
    }

    /** So many bytes were not sent, since they are in a file that the worker can read. */
    public void sparedBytes(long bytes) {
        bytesSpared.add(bytes);
    }

    /** So many bytes of its results, or of what it has thrown, came from a worker JVM. */
    public void receivedBytes(@Nullable Course task, long bytes) {
        bytesReceived.add(bytes);
        if (task != null) {
            task.receivedBytes(bytes);
        }
    }

    /** The runner has ended, and with it all workers that nobody has told the end of: their time stands still. */
    public void closed() {
        closed = true;
        tallies.keySet().forEach(this::endTally);
    }

    private void endTally(int lane) {
        Tally over = tallies.remove(lane);
        if (over != null) {
            aliveNanos.add(clock.getAsLong() - over.sinceNanos);
        }
    }

    // ---- workers

    /** The time, for {@code sinceNanos}. */
    public long nanoTime() {
        return clock.getAsLong();
    }

    /** A worker takes tasks; it was asked for at {@code sinceNanos}. */
    public void workerStarted(int slot, long pid, long sinceNanos) {
        long nowNanos = clock.getAsLong();
        tallies.put(lane(slot, pid), new Tally(nowNanos));
        flight.workerStarted(slot, pid, nowNanos - sinceNanos);
        if (journal != null) {
            journal.add(new Event.WorkerStarted(nowNanos, slot, pid, sinceNanos));
        }
    }

    /** A worker is no more. */
    public void workerEnded(int slot, long pid, Departure how, String cause) {
        long nowNanos = clock.getAsLong();
        flight.workerEnded(slot, pid, how, cause);
        endTally(lane(slot, pid));
        if (journal != null) {
            journal.add(new Event.WorkerEnded(nowNanos, slot, pid, how, String.valueOf(shortened(cause))));
        }
    }

    /** The runner has decided something, for people. */
    public void decided(String what) {
        flight.decided(what);
        if (journal != null) {
            journal.add(new Event.Decided(clock.getAsLong(), what));
        }
    }

    /** Another way than the best has to do, since a directory or the memory of this machine has refused; what and why, for people. */
    public void fellBack(String what) {
        fallbacks.increment();
        decided(what);
    }

    private Tally tally(Course task) {
        return tallies.computeIfAbsent(lane(task.slot(), task.pid()), absent -> new Tally(openedNanos));
    }

    /** An adaptive runner has workers of both kinds, each numbered from 0: threads keep their number, others count down from -1. */
    static int lane(int slot, long pid) {
        return pid == THIS_JVM ? slot : -1 - slot;
    }

    // ---- what is known

    /** How long the worker of that place is there. */
    public Duration age(int slot, long pid) {
        Tally found = tallies.get(lane(slot, pid));
        return found == null ? Duration.ZERO : Duration.ofNanos(clock.getAsLong() - found.sinceNanos);
    }

    /** The share of its time that the worker of that place was busy, from 0 to 1. */
    public double busyShare(int slot, long pid) {
        Tally found = tallies.get(lane(slot, pid));
        return found == null ? 0 : share(found.busyNanos.sum(), clock.getAsLong() - found.sinceNanos);
    }

    private static double share(long part, long whole) {
        return whole <= 0 ? 0 : Math.min(1, (double) part / whole);
    }

    /** All times, added up. */
    public RunnerTimes times() {
        long alive = aliveNanos.sum();
        long nowNanos = clock.getAsLong();
        for (Tally one : tallies.values()) {
            alive += nowNanos - one.sinceNanos;
        }
        return new RunnerTimes(
                waits.spread(),
                runs.spread(),
                crossings.spread(),
                Duration.ofNanos(encodeNanos.sum()),
                share(busyNanos.sum(), alive),
                bytesSent.sum(),
                bytesReceived.sum(),
                bytesSpared.sum(),
                fallbacks.sum());
    }

    /** The events that are kept, oldest first. */
    public List<Event> events() {
        return journal == null ? List.of() : journal.events();
    }

    /** How many events are no longer kept. */
    public long droppedEvents() {
        return journal == null ? 0 : journal.dropped();
    }

    /** When the runner was opened. */
    public long openedNanos() {
        return openedNanos;
    }
}

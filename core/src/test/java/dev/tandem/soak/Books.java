package dev.tandem.soak;

import dev.tandem.RunnerStats;
import dev.tandem.StopOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The books of one runner, kept by those who submit and compared, once it is closed, with what the runner counted and with
 * what the tasks themselves have written down.
 *
 * <p>Thread-safe.
 */
final class Books {

    private static final long PATIENCE_SECONDS = 20;

    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong inBulk = new AtomicLong(); // inputs of maps and streams that were accepted for sure
    private final AtomicLong unsure = new AtomicLong(); // inputs of streams that may have been refused

    long nextId() {
        return ids.incrementAndGet();
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    void acceptedInBulk(long inputs) {
        inBulk.addAndGet(inputs);
    }

    void maybeAcceptedInBulk(long inputs) {
        unsure.addAndGet(inputs);
    }

    void complain(String what) {
        complaints.add(what);
    }

    /** To be asked right after close() has returned: nothing may be open then. */
    void checkAllDone() {
        entries.stream()
                .filter(Entry::isOpen)
                .limit(5)
                .forEach(entry -> complain("not done although close() has returned: " + entry));
    }

    /** Compares; what it returns should be empty. */
    List<String> audit(RunnerStats stats, Journal journal) throws IOException, InterruptedException {
        List<Entry> accepted = entries.stream().filter(Entry::isAccepted).toList();
        awaitSettled(accepted);
        Map<Long, List<Integer>> attempts = journal.attempts();
        for (Entry entry : entries) {
            audit(entry, attempts.getOrDefault(entry.id(), List.of()));
            attempts.remove(entry.id());
        }
        attempts.forEach((id, numbers) -> { // what maps and streams ran, which declare no retry
            if (numbers.size() > 1) {
                complain("task " + id + " of a map or stream began " + numbers.size() + " times: " + numbers);
            }
        });
        long sure = accepted.size() + inBulk.get();
        if (stats.submitted() < sure || stats.submitted() > sure + unsure.get()) {
            complain("the books say that " + sure + " were submitted, and maybe " + unsure + " more: " + stats);
        }
        if (stats.done() != stats.submitted() || stats.queued() != 0 || stats.running() != 0) {
            complain("submitted is not succeeded + failed + cancelled: " + stats);
        }
        return List.copyOf(complaints);
    }

    private void audit(Entry entry, List<Integer> attempts) throws InterruptedException {
        if (!entry.isAccepted()) {
            if (!attempts.isEmpty()) {
                complain("it was refused and ran all the same: " + entry);
            }
            return;
        }
        if (entry.settlements() != 1
                || !entry.hasRightValue()
                || !entry.allowed().contains(entry.ending())) {
            complain(entry.toString());
        }
        if (attempts.size() > entry.retries() + 1 || new HashSet<>(attempts).size() != attempts.size()) {
            complain("began with the attempts " + attempts + ": " + entry);
        }
        if (attempts.isEmpty() && (entry.ending() == Ending.VALUE || entry.ending() == Ending.TASK_FAILED)) {
            complain("it never began: " + entry);
        }
        StopOutcome how = stopOutcome(entry);
        if (how == StopOutcome.NOT_STARTED && entry.retries() == 0 && !attempts.isEmpty()) {
            complain("it began although it says " + how + ": " + entry);
        }
    }

    private StopOutcome stopOutcome(Entry entry) throws InterruptedException {
        try {
            return entry.stopped().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            complain("stopped() did not complete (" + e + "): " + entry);
            return StopOutcome.ABANDONED;
        }
    }

    /** Stages run on threads of their own, so they may come a little after the close. */
    private static void awaitSettled(List<Entry> accepted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        List<Entry> open = new ArrayList<>(accepted);
        while (!open.isEmpty() && System.nanoTime() < deadline) {
            open.removeIf(entry -> entry.settlements() > 0);
            LockSupport.parkNanos(1_000_000);
        }
    }
}

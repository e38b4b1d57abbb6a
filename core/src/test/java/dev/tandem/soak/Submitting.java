package dev.tandem.soak;

import dev.tandem.Outcome;
import dev.tandem.ParallelException;
import dev.tandem.RetryPolicy;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Submits to one runner, in every way there is and at random, until it is told to stop or refused. Used by one thread. */
final class Submitting implements Runnable {

    private static final int MAX_OPEN = 100; // more would make a close that drains take long

    private final TaskSubmitter runner;
    private final Flavor flavor;
    private final Closing closing;
    private final Books books;
    private final Journal journal;
    private final ScheduledExecutorService timer;
    private final Random random;
    private final Semaphore room = new Semaphore(MAX_OPEN);

    private volatile boolean over;

    Submitting(
            TaskSubmitter runner,
            Flavor flavor,
            Closing closing,
            Books books,
            Journal journal,
            ScheduledExecutorService timer,
            Random random) {
        this.runner = runner;
        this.flavor = flavor;
        this.closing = closing;
        this.books = books;
        this.journal = journal;
        this.timer = timer;
        this.random = random;
    }

    void stop() {
        over = true;
    }

    @Override
    public void run() {
        try {
            while (!over) {
                int dice = random.nextInt(100);
                if (dice < 88) {
                    one(random.nextInt(20) == 0);
                } else if (dice < 92) {
                    map();
                } else if (dice < 96) {
                    outcomes();
                } else {
                    stream(random.nextBoolean());
                }
            }
        } catch (RejectedExecutionException | RunnerBrokenException e) {
            // the runner was closed, or chaos broke it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable t) {
            books.complain("a submitter got " + t + " at " + List.of(t.getStackTrace()));
        }
    }

    private void one(boolean andAnother) throws InterruptedException {
        if (!room.tryAcquire(100, TimeUnit.MILLISECONDS)) {
            return; // look whether it is over
        }
        boolean accepted = false;
        try {
            Deed deed = flavor.deed(random);
            submit(deed, random.nextInt(8), andAnother);
            accepted = true;
        } finally {
            if (!accepted) {
                room.release();
            }
        }
    }

    /** The twist is what is declared or done beside the deed; what never ends by itself gets something that ends it. */
    private void submit(Deed deed, int twist, boolean andAnother) {
        Set<Ending> allowed = deed.endings(flavor.isInWorkerJvm());
        allowed.addAll(flavor.disturbances());
        TaskOptions options = TaskOptions.defaults();
        boolean endless = Deed.ENDLESS.contains(deed);
        int retries = 0;
        boolean cancel = false;
        boolean cancelAtOnce = false;
        if (twist == 0 || (endless && twist < 4)) {
            options = options.timeout(Duration.ofMillis(20 + random.nextInt(80)));
            allowed.add(Ending.TIMED_OUT);
        } else if (twist == 1 || endless) {
            cancel = true;
            allowed.add(Ending.CANCELLED);
        } else if (twist == 2) {
            options = options.queueTimeout(Duration.ofMillis(1 + random.nextInt(100)));
            allowed.add(Ending.WAITED_TOO_LONG);
        } else if (twist == 3) {
            cancelAtOnce = true;
            allowed.add(Ending.CANCELLED);
        }
        if (random.nextInt(6) == 0) {
            retries = 1 + random.nextInt(2);
            options = options.retry(
                    RetryPolicy.retries(retries).backoff(Duration.ofMillis(random.nextInt(20)), Duration.ofMillis(40)));
            boolean mayTakeItsWorker = allowed.contains(Ending.TIMED_OUT) && flavor.isInWorkerJvm();
            if (mayTakeItsWorker || allowed.contains(Ending.WORKER_LOST)) {
                allowed.add(Ending.POISON);
            }
        }
        if (!closing.waitsForWork()) {
            allowed.add(Ending.CANCELLED);
        }
        options = options.priority(random.nextInt(3));
        SoakTask task = new SoakTask(books.nextId(), deed, journal, flavor.isInWorkerJvm(), deed.luggage());
        Entry entry = new Entry(task.id(), deed, retries, allowed);
        books.add(entry);
        TaskFuture<Object> future = runner.with(options).submit(task);
        entry.accepted(future);
        if (deed == Deed.REPORT) {
            future.onProgress(progress -> Thread.onSpinWait());
        }
        future.whenComplete((value, failure) -> {
            entry.settled(value, failure);
            room.release();
            if (andAnother) {
                submitFromCallback();
            }
        });
        if (cancel) {
            timer.schedule(() -> future.cancel(true), random.nextInt(60), TimeUnit.MILLISECONDS);
        } else if (cancelAtOnce) {
            future.cancel(random.nextBoolean());
        }
    }

    private void submitFromCallback() {
        try {
            room.acquireUninterruptibly();
            submit(Deed.RETURN, 7, false);
        } catch (RejectedExecutionException | RunnerBrokenException e) {
            room.release();
        }
    }

    private List<SoakTask> bulk(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> {
                    Deed deed = random.nextInt(4) > 0 ? Deed.RETURN : flavor.deed(random);
                    Deed ending = Deed.ENDLESS.contains(deed) ? Deed.PAUSE : deed;
                    return new SoakTask(books.nextId(), ending, journal, flavor.isInWorkerJvm(), ending.luggage());
                })
                .toList();
    }

    private TaskSubmitter chunked() {
        return runner.with(TaskOptions.defaults().chunkSize(1 + random.nextInt(4)));
    }

    private void map() {
        List<SoakTask> tasks = bulk(1 + random.nextInt(20));
        TaskFuture<List<Object>> future;
        try {
            future = chunked().map(tasks, SoakTask::call);
        } catch (RejectedExecutionException | RunnerBrokenException e) {
            books.maybeAcceptedInBulk(tasks.size()); // some of its batches may have got in
            throw e;
        }
        if (random.nextInt(4) == 0) {
            future.cancel();
        }
        boolean succeeded = false;
        try {
            List<Object> results = future.join();
            succeeded = true;
            for (int i = 0; i < tasks.size(); i++) {
                SoakTask task = tasks.get(i);
                if (!task.deed().isResult(task.id(), results.get(i))) {
                    books.complain("a map returned " + results.get(i) + " for " + task);
                }
            }
        } catch (ParallelException e) {
            if (tasks.stream().allMatch(task -> task.deed().endings(true).equals(EnumSet.of(Ending.VALUE)))
                    && !flavor.disturbances().contains(Ending.of(e))) {
                books.complain("a map of harmless tasks failed: " + e);
            }
        } catch (CancellationException e) {
            // by this, or by a close that does not wait
        } finally {
            if (succeeded) {
                books.acceptedInBulk(tasks.size());
            } else {
                books.maybeAcceptedInBulk(tasks.size()); // it stops submitting when one has failed
            }
        }
    }

    private void outcomes() {
        List<SoakTask> tasks = bulk(1 + random.nextInt(30));
        int seen = 0;
        try (Stream<Outcome<SoakTask, Object>> all = chunked().outcomes(tasks, SoakTask::call)) {
            for (Outcome<SoakTask, Object> outcome : (Iterable<Outcome<SoakTask, Object>>) all::iterator) {
                Throwable failure =
                        outcome instanceof Outcome.Failure<SoakTask, Object> failed ? failed.failure() : null;
                if (Ending.of(failure) == Ending.BROKEN) {
                    books.maybeAcceptedInBulk(1); // it may have been so before, or have become so
                } else if (!(failure instanceof RejectedExecutionException)) {
                    books.acceptedInBulk(1);
                }
                check(outcome, failure, tasks.get(seen++));
            }
            if (seen != tasks.size()) {
                books.complain("of " + tasks.size() + " inputs only " + seen + " had an outcome");
            }
        }
    }

    private void check(Outcome<SoakTask, Object> outcome, @Nullable Throwable failure, SoakTask expected) {
        if (failure instanceof RejectedExecutionException) {
            return; // closed meanwhile
        }
        Set<Ending> allowed = expected.deed().endings(flavor.isInWorkerJvm());
        allowed.addAll(flavor.disturbances());
        allowed.add(Ending.CANCELLED);
        if (!outcome.input().equals(expected) || !allowed.contains(Ending.of(failure))) {
            books.complain("an outcome for " + expected + " was " + outcome);
        } else if (failure == null && !expected.deed().isResult(expected.id(), outcome.orElse("nothing"))) {
            books.complain("an outcome for " + expected + " had another value: " + outcome);
        }
    }

    /** A stream of harmless tasks, which maybe nobody reads to the end. */
    private void stream(boolean abandon) {
        AtomicLong pulled = new AtomicLong();
        Stream<SoakTask> source = Stream.generate(() -> {
                    pulled.incrementAndGet();
                    return new SoakTask(books.nextId(), Deed.RETURN, journal, flavor.isInWorkerJvm(), new byte[10]);
                })
                .limit(1 + random.nextInt(60));
        int wanted = abandon ? random.nextInt(20) : Integer.MAX_VALUE;
        boolean readToTheEnd = false;
        try (Stream<Object> results =
                (random.nextBoolean() ? chunked() : chunked().with(unordered())).stream(source, SoakTask::call)) {
            results.limit(wanted).forEach(result -> {});
            readToTheEnd = !abandon;
        } catch (ParallelException e) {
            if (!flavor.disturbances().contains(Ending.of(e))) {
                books.complain("a stream of harmless tasks failed: " + e);
            }
        } catch (CancellationException e) {
            // by a close that does not wait
        } finally {
            if (readToTheEnd) {
                books.acceptedInBulk(pulled.get());
            } else {
                books.maybeAcceptedInBulk(pulled.get()); // the last ones may have been refused, and nobody asked
            }
        }
    }

    private static TaskOptions unordered() {
        return TaskOptions.defaults().unordered();
    }
}

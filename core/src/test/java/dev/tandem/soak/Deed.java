package dev.tandem.soak;

import dev.tandem.TaskContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** What a task does, and which endings that allows when nobody disturbs it. */
enum Deed {
    RETURN(Ending.VALUE),
    RETURN_MUCH(Ending.VALUE),
    TAKE_MUCH(Ending.VALUE),
    REPORT(Ending.VALUE),
    PRINT(Ending.VALUE),
    PAUSE(Ending.VALUE),
    THROW(Ending.TASK_FAILED),
    THROW_WHAT_CANNOT_TRAVEL(Ending.TASK_FAILED),
    OVERFLOW_THE_STACK(Ending.TASK_FAILED),
    /** On threads nothing has to travel. */
    RETURN_WHAT_CANNOT_TRAVEL(Ending.NOT_TRANSFERABLE),
    /** Ends when it is interrupted. */
    HANG,
    /** Ends when it is killed or, on threads, after a while. */
    IGNORE_INTERRUPTS,
    EXIT(Ending.WORKER_LOST),
    HALT(Ending.WORKER_LOST),
    CRASH(Ending.WORKER_LOST),
    KILL_ITSELF(Ending.WORKER_LOST),
    EXHAUST_THE_HEAP(Ending.WORKER_LOST),
    /** Its child must go with the worker. */
    LEAVE_A_CHILD(Ending.VALUE);

    static final Set<Deed> PEACEFUL =
            EnumSet.of(RETURN, RETURN_MUCH, TAKE_MUCH, REPORT, PRINT, PAUSE, THROW, THROW_WHAT_CANNOT_TRAVEL);
    static final Set<Deed> DEADLY = EnumSet.of(EXIT, HALT, CRASH, KILL_ITSELF, EXHAUST_THE_HEAP);
    static final Set<Deed> ENDLESS = EnumSet.of(HANG, IGNORE_INTERRUPTS);

    private static final int MUCH = 3 << 20;
    private static final long STUBBORN_NANOS = 400_000_000L;

    private final Set<Ending> endings;

    Deed(Ending... endings) {
        this.endings = EnumSet.noneOf(Ending.class);
        this.endings.addAll(List.of(endings));
    }

    Set<Ending> endings(boolean inWorkerJvm) {
        Set<Ending> all = EnumSet.noneOf(Ending.class);
        all.addAll(endings);
        if (!inWorkerJvm && this == RETURN_WHAT_CANNOT_TRAVEL) {
            all = EnumSet.of(Ending.VALUE);
        } else if (!inWorkerJvm && this == IGNORE_INTERRUPTS) {
            all.add(Ending.VALUE); // it ends by itself there, and on a busy machine before anybody has stopped it
        }
        return all;
    }

    /** What travels with the task. */
    byte[] luggage() {
        return new byte[this == TAKE_MUCH ? MUCH : 10];
    }

    /** Whether that is what {@link #commit} returned for the task. */
    boolean isResult(long task, Object result) {
        return switch (this) {
            case RETURN_MUCH ->
                result instanceof byte[] bytes && bytes.length == MUCH && bytes[MUCH / 2] == (byte) task;
            case RETURN_WHAT_CANNOT_TRAVEL -> true;
            default -> result.equals(task);
        };
    }

    Object commit(SoakTask task) throws Exception {
        switch (this) {
            case RETURN_MUCH -> {
                byte[] much = new byte[MUCH];
                much[MUCH / 2] = (byte) task.id();
                return much;
            }
            case REPORT -> {
                for (int i = 1; i <= 20; i++) {
                    TaskContext.current().report(i, 20);
                }
            }
            case PRINT -> System.out.println("task " + task.id() + " prints " + "x".repeat(500));
            case PAUSE -> LockSupport.parkNanos(2_000_000L + task.id() % 10 * 1_000_000L);
            case THROW -> throw new IllegalStateException("task " + task.id());
            case THROW_WHAT_CANNOT_TRAVEL -> throw new Untransferable("task " + task.id());
            case OVERFLOW_THE_STACK -> throw new AssertionError("depth " + descend(0));
            case RETURN_WHAT_CANNOT_TRAVEL -> {
                return new Object();
            }
            case HANG -> Thread.sleep(3_600_000);
            case IGNORE_INTERRUPTS -> ignoreInterrupts(task);
            case EXIT -> System.exit((int) (task.id() % 3));
            case HALT -> Runtime.getRuntime().halt((int) (task.id() % 3));
            case CRASH -> signalItself("SEGV");
            case KILL_ITSELF -> signalItself("KILL");
            case EXHAUST_THE_HEAP -> exhaustTheHeap();
            case LEAVE_A_CHILD ->
                new ProcessBuilder("sleep", Chaos.CHILD_SECONDS).inheritIO().start();
            default -> {}
        }
        return task.id();
    }

    @SuppressWarnings("InfiniteRecursion") // it is the point
    private static int descend(int depth) {
        return descend(depth + 1) + 1;
    }

    private static void ignoreInterrupts(SoakTask task) {
        long startedNanos = System.nanoTime();
        while (!task.journal().isReleased()
                && (task.inWorkerJvm() || System.nanoTime() - startedNanos < STUBBORN_NANOS)) {
            Thread.interrupted();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void signalItself(String signal) throws IOException, InterruptedException {
        Chaos.signal(signal, ProcessHandle.current().pid());
        while (true) { // even when interrupted: a signal that came after this task would strike the next one
            Thread.interrupted();
            LockSupport.parkNanos(1_000_000_000);
        }
    }

    private static void exhaustTheHeap() {
        List<byte[]> hoard = new ArrayList<>();
        while (true) {
            hoard.add(new byte[1 << 20]);
        }
    }

    private static final class Untransferable extends Exception {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("unused") // it is in the way
        private final Object thread = Thread.currentThread();

        Untransferable(String message) {
            super(message);
        }
    }
}

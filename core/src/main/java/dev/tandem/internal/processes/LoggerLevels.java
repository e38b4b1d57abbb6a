package dev.tandem.internal.processes;

import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.protocol.LogEvent;
import dev.tandem.internal.protocol.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Which levels of which loggers are on in this JVM, for the workers of one runner that want to know.
 *
 * <p>Loggers are the user's code, filters of theirs in particular, so they are asked on callback threads only; and by one at a
 * time, so that an old answer never overtakes a new one. What was asked once is asked again every second, and workers are told
 * what has changed: there is no other way to hear of it from any back end.
 *
 * <p>Thread-safe. The monitor guards the fields named below; nothing is called while it is held.
 */
final class LoggerLevels {

    /** The names come from workers: more are not remembered, and all their levels are said to be on. */
    private static final int MAX_NAMES = 10_000;

    private static final int NAMES_PER_MESSAGE = 50; // more make a message that somebody has to wait for

    // longer: a level that was switched on comes late; shorter: more of the time of an idle JVM
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Level[] LEVELS = Level.values();

    private final RunnerContext context;

    // --- confined to whoever is at it, see busy ---
    private final Map<String, Integer> masks = new LinkedHashMap<>();

    // --- guarded by this ---
    private final Queue<Question> questions = new ArrayDeque<>();
    private final Set<Consumer<Message.Levels>> workers = new HashSet<>();
    private boolean checkDue;
    private boolean busy;
    private boolean checking; // again and again, from the first question on

    private record Question(String logger, Consumer<Message.Levels> worker) {}

    LoggerLevels(RunnerContext context) {
        this.context = context;
    }

    /** A worker asks for the levels of a logger, and for each change from now on; returns at once. */
    void ask(String logger, Consumer<Message.Levels> worker) {
        boolean first;
        synchronized (this) {
            questions.add(new Question(logger, worker));
            workers.add(worker);
            first = !checking;
            checking = true;
        }
        if (first) {
            context.deadlines().every(PERIOD_NANOS, this::checkSoon);
        }
        goOn();
    }

    /** A worker has no use for levels any more. */
    synchronized void forget(Consumer<Message.Levels> worker) {
        workers.remove(worker);
        questions.removeIf(question -> question.worker().equals(worker));
    }

    private void checkSoon() {
        synchronized (this) {
            if (workers.isEmpty()) {
                return;
            }
            checkDue = true;
        }
        goOn();
    }

    private void goOn() {
        synchronized (this) {
            if (busy) {
                return;
            }
            busy = true;
        }
        try {
            context.callBack(this::answerAll);
        } catch (OutOfMemoryError e) { // no more threads: the next question tries again, or the next check
            synchronized (this) {
                busy = false;
            }
        }
    }

    private void answerAll() {
        boolean more = true;
        while (more) {
            try {
                more = answerOne();
            } catch (RuntimeException | Error e) {
                synchronized (this) {
                    busy = false; // the next question tries again
                }
                throw e;
            }
        }
    }

    private boolean answerOne() {
        Question question;
        boolean check;
        List<Consumer<Message.Levels>> all;
        synchronized (this) {
            question = questions.poll();
            check = question == null && checkDue;
            checkDue &= !check;
            busy = question != null || check;
            all = check ? List.copyOf(workers) : List.of();
        }
        if (question != null) {
            question.worker().accept(new Message.Levels(Map.of(question.logger(), levelsOf(question.logger()))));
        } else if (check) {
            for (Message.Levels change : changes()) {
                all.forEach(worker -> worker.accept(change));
            }
        }
        return question != null || check;
    }

    private int levelsOf(String name) {
        if (masks.size() >= MAX_NAMES && !masks.containsKey(name)) {
            return LogEvent.ALL_LEVELS;
        }
        int mask = mask(name);
        masks.put(name, mask);
        return mask;
    }

    private List<Message.Levels> changes() {
        List<Message.Levels> messages = new ArrayList<>();
        Map<String, Integer> changed = new HashMap<>();
        for (Map.Entry<String, Integer> entry : masks.entrySet()) {
            int mask = mask(entry.getKey());
            if (mask != entry.getValue()) {
                entry.setValue(mask);
                changed.put(entry.getKey(), mask);
            }
            if (changed.size() == NAMES_PER_MESSAGE) {
                messages.add(new Message.Levels(changed));
                changed.clear();
            }
        }
        if (!changed.isEmpty()) {
            messages.add(new Message.Levels(changed));
        }
        return messages;
    }

    private static int mask(String name) {
        Logger logger;
        try {
            logger = LoggerFactory.getLogger(Printable.line(name, LogEvent.MAX_NAME_CHARS));
        } catch (Throwable e) { // a worker waits for the answer
            return LogEvent.ALL_LEVELS;
        }
        int mask = 0;
        for (Level level : LEVELS) {
            if (isOn(logger, level)) {
                mask |= 1 << level.toInt() / 10;
            }
        }
        return mask;
    }

    /** A filter that fails must not cost the event, nor the worker that asks its answer: errors are caught as well. */
    private static boolean isOn(Logger logger, Level level) {
        try {
            return logger.isEnabledForLevel(level);
        } catch (Throwable e) {
            return true;
        }
    }
}

package dev.tandem.internal.adaptive;

import dev.tandem.Adaptation;
import dev.tandem.Strategy;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A course that goes where the test says, or to and fro as often as it is asked. */
final class SteeredCourse implements Course {

    private final Set<Strategy> possible = EnumSet.of(Strategy.THREADS, Strategy.PROCESSES);
    private volatile Strategy wanted;
    private volatile Strategy current;
    private volatile boolean isRestless;
    private volatile int wantedChunk = 1;
    private volatile int chunkSize = 1;

    SteeredCourse(Strategy start) {
        wanted = start;
        current = start;
    }

    void go(Strategy strategy) {
        wanted = strategy;
    }

    void together(int inputs) {
        wantedChunk = inputs;
    }

    void beRestless() {
        isRestless = true;
    }

    @Override
    public Strategy current() {
        return current;
    }

    @Override
    public int chunkSize() {
        return chunkSize;
    }

    @Override
    public boolean isSettled() {
        return !isRestless;
    }

    @Override
    public boolean mayBeOn(Strategy strategy) {
        return possible.contains(strategy);
    }

    @Override
    public @Nullable Adaptation propose(@Nullable Round round, boolean isIdle) {
        if (isRestless && !isIdle) {
            wanted = current == Strategy.THREADS ? Strategy.PROCESSES : Strategy.THREADS;
        }
        return possible.contains(wanted) && (wanted != current || wantedChunk != chunkSize)
                ? new Adaptation("A-TEST", current, wanted, wantedChunk, "", "as the test wants it")
                : null;
    }

    @Override
    public boolean adopt(Adaptation proposed) {
        if (proposed.from() != current || !possible.contains(proposed.to())) {
            return false;
        }
        current = proposed.to();
        chunkSize = proposed.chunkSize();
        return true;
    }

    @Override
    public @Nullable Adaptation ruleOut(Strategy strategy, String rule, String numbers, String consequence) {
        if (possible.size() == 1 || !possible.remove(strategy)) {
            return null;
        }
        Strategy left = possible.iterator().next();
        wanted = left;
        return new Adaptation(rule, current, left, chunkSize, numbers, consequence);
    }
}

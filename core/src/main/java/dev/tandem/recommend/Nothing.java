package dev.tandem.recommend;

import dev.tandem.Task;

/** A task that does nothing, to see whether a worker is there, and what it costs to ask. Immutable. */
record Nothing() implements Task<Boolean> {

    @Override
    public Boolean call() {
        return true;
    }
}

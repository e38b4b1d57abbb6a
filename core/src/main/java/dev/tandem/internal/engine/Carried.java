package dev.tandem.internal.engine;

import org.jspecify.annotations.Nullable;

/**
 * Code or an input that may have to be prepared anew: the user's object, and what one engine has made of it. An engine that has made
 * nothing of it takes the object as it is.
 *
 * <p>Only an engine that consists of others wraps what it prepares. Code is shared by all submissions of one call, some of which may run
 * here and some there. Thread-safe.
 */
public final class Carried {

    private final @Nullable Object original;

    private volatile @Nullable Form form;

    /** What an engine has made of it. */
    private record Form(Engine engine, @Nullable Object prepared) {}

    /** Carries an object. */
    public Carried(@Nullable Object original) {
        this.original = original;
    }

    /** The user's object. */
    public @Nullable Object original() {
        return original;
    }

    /** Whether an engine has made something of it. */
    public boolean isPreparedFor(Engine engine) {
        Form made = form;
        return made != null && made.engine() == engine;
    }

    /** What an engine has made of it; null if it has made nothing. */
    public @Nullable Object preparedFor(Engine engine) {
        Form made = form;
        return made != null && made.engine() == engine ? made.prepared() : null;
    }

    /** An engine has made this of it; it is no matter who of several is the last, since they have made the same. */
    public void prepared(Engine engine, @Nullable Object made) {
        form = new Form(engine, made);
    }

    /** What an engine is to run, of what may be carried. */
    static @Nullable Object in(@Nullable Engine engine, @Nullable Object what) {
        if (!(what instanceof Carried carried)) {
            return what;
        }
        Form made = carried.form;
        return made != null && made.engine() == engine ? made.prepared() : carried.original;
    }
}

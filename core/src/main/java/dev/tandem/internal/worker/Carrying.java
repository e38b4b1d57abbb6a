package dev.tandem.internal.worker;

import dev.tandem.internal.task.CarriedContext;
import dev.tandem.internal.task.Carriers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * User code that sees what the submitting thread has handed on, in each call.
 *
 * <p>Loaded with the first task that comes with something, so that no other worker looks for carriers. Used by the task thread.
 */
record Carrying(Callee callee, CarriedContext carried) implements Callee {

    private static @Nullable Carriers known; // of the task thread

    static Callee around(Callee callee, Map<String, String> texts) {
        Carriers carriers = known;
        if (carriers == null) {
            carriers = Carriers.find();
            known = carriers;
        }
        CarriedContext carried = carriers.fromTexts(texts);
        return carried == null ? callee : new Carrying(callee, carried);
    }

    @Override
    public @Nullable Object call(@Nullable Object input) throws Exception {
        return carried.around(() -> callee.call(input));
    }

    @Override
    public boolean takesInput() {
        return callee.takesInput();
    }
}

package dev.tandem.ipc;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A lambda as it stands in a message: the number of its {@link LambdaTemplate} and the captured values.
 *
 * <p>Never seen by users: {@link EncodingStream} puts it in the place of a {@code SerializedLambda}, {@link DecodingStream} makes
 * the lambda of it.
 */
final class LambdaCall implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int template;

    @SuppressWarnings("serial") // what a lambda captures may be anything, and was refused by now if it cannot travel
    private final @Nullable Object[] captured;

    LambdaCall(int template, @Nullable Object[] captured) {
        this.template = template;
        this.captured = captured;
    }

    int template() {
        return template;
    }

    @Nullable
    Object[] captured() {
        return captured;
    }
}

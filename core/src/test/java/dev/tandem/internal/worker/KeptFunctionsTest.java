package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Message.Item;
import dev.tandem.internal.protocol.Message.Run;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KeptFunctionsTest {

    private static final Run RUN =
            new Run(1, Call.FUNCTION, "", 0, Map.of(), new byte[10], List.of(new Item(1, 1, new byte[1])));

    private final KeptFunctions functions = new KeptFunctions();

    @Test
    void givesAllRunsOfANumberTheSameFunctionUntilItIsForgotten() {
        Function first = functions.of(RUN.keeping(5));
        assertThat(functions.of(RUN.ofKept(5))).isSameAs(first);
        assertThat(functions.of(RUN)).isNotSameAs(first);
        functions.forget(5);
        assertThatThrownBy(() -> functions.of(RUN.ofKept(5)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("function 5");
    }

    @Test
    void takesAFunctionThatComesAgainForTheRunsThatFollow() {
        Function first = functions.of(RUN.keeping(5));
        Function second = functions.of(RUN.keeping(5));
        assertThat(functions.of(RUN.ofKept(5))).isSameAs(second).isNotSameAs(first);
    }
}

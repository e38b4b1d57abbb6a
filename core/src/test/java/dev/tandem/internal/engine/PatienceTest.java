package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class PatienceTest {

    private final Patience patience = new Patience();
    private final AtomicInteger looks = new AtomicInteger();
    private final BooleanSupplier never = () -> {
        looks.incrementAndGet();
        return false;
    };

    @Test
    void seesWhatComesWhileItLooks() {
        assertThat(patience.sees(() -> looks.incrementAndGet() == 3)).isTrue();
        assertThat(looks).hasValue(3);
    }

    @Test
    void doesNotLookAgainForLongAndLongerAfterLooksInVain() {
        assertThat(passesAfterLookingInVain()).isEqualTo(1);
        assertThat(passesAfterLookingInVain()).isEqualTo(3);
        assertThat(passesAfterLookingInVain()).isEqualTo(7);
        for (int i = 0; i < 20; i++) {
            assertThat(passesAfterLookingInVain()).isLessThan(1_024);
        }
    }

    @Test
    void looksEachTimeOnceALookWasWorthIt() {
        passesAfterLookingInVain();
        passesAfterLookingInVain();
        assertThat(patience.sees(() -> true)).isTrue();
        assertThat(passesAfterLookingInVain()).isEqualTo(1);
    }

    /** Goes on until the next wait would look again; returns how many did not. */
    private int passesAfterLookingInVain() {
        assertThat(patience.sees(never)).isFalse();
        assertThat(looks.getAndSet(0)).isGreaterThan(1);
        int passes = 0;
        while (!patience.looksNext()) {
            assertThat(patience.sees(never)).isFalse();
            assertThat(looks.getAndSet(0)).isEqualTo(1);
            passes++;
        }
        return passes;
    }
}

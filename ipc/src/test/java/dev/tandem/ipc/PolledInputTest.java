package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class PolledInputTest {

    /** Nothing has come until it was asked so many times. */
    private static final class Late extends InputStream {
        private int asked;
        private int comesAt = Integer.MAX_VALUE;
        private boolean broken;

        @Override
        public int available() throws IOException {
            asked++;
            if (broken) {
                throw new IOException("Stream closed");
            }
            return asked >= comesAt ? 1 : 0;
        }

        @Override
        public int read() throws IOException {
            if (broken) {
                throw new IOException("Stream closed");
            }
            return 7;
        }
    }

    private final Late late = new Late();
    private final PolledInput input = new PolledInput(late);
    private final byte[] into = new byte[1];

    @Test
    void looksOnlyIfThatIsAllowed() throws IOException {
        assertThat(input.read(into, 0, 1)).isEqualTo(1);
        assertThat(late.asked).isZero();
        input.spinWhile(() -> false);
        assertThat(input.read(into, 0, 1)).isEqualTo(1);
        assertThat(late.asked).isZero();
    }

    @Test
    void looksNoMoreOnceSomethingHasCome() throws IOException {
        input.spinWhile(() -> true);
        late.comesAt = 1; // later might be too late on a machine that is busy
        assertThat(input.read(into, 0, 1)).isEqualTo(1);
        assertThat(into).containsExactly(7);
        assertThat(late.asked).isEqualTo(1);
    }

    @Test
    void doesNotLookForLong() throws IOException {
        input.spinWhile(() -> true);
        assertThat(input.read(into, 0, 1)).isEqualTo(1);
        assertThat(late.asked).isPositive();
    }

    @Test
    void leavesItToTheReadToSayWhatIsWrong() {
        input.spinWhile(() -> true);
        late.broken = true;
        assertThatThrownBy(() -> input.read(into, 0, 1)).hasMessage("Stream closed");
    }
}

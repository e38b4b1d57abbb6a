package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    @Row("Z9")
    void z9ForgesNeitherLinesNorTerminals() {
        String forged = "ok\r\n2026-01-01 ERROR all is lost\u001b[2J\u0007\u0085\u2028next";
        assertThat(Printable.line(forged, 1_000))
                .isEqualTo("ok\\r\\n2026-01-01 ERROR all is lost\\u001b[2J\\u0007\\u0085\\u2028next");
        assertThat(Printable.line("abc\u202edcba", 1_000)).isEqualTo("abc\\u202edcba");
    }

    @Test
    void leavesAloneWhatIsHarmless() {
        String harmless = "\tat a.B.c(B.java:1) \u00e4\u4e2d\ud83d\ude00 C:\\temp";
        assertThat(Printable.line(harmless, 1_000)).isSameAs(harmless);
    }

    @Test
    void staysTheSameWhenItIsDoneTwice() {
        String once = Printable.line("a\nb\u0000\\n", 1_000);
        assertThat(Printable.line(once, 1_000)).isEqualTo(once);
    }

    @Test
    void cutsWhatIsLong() {
        assertThat(Printable.line("x".repeat(12), 10)).isEqualTo("xxxxxxxxxx... (2 more characters)");
        assertThat(Printable.lines(List.of("1", "2", "3"), 2, 10)).containsExactly("1", "2");
    }
}

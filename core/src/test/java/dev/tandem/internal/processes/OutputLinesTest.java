package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.protocol.OutputMark;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputLinesTest {

    private final List<String> lines = new ArrayList<>();
    private final OutputLines cutter = new OutputLines(
            8,
            (bytes, length, speaker) ->
                    lines.add(speaker + ":" + new String(bytes, 0, length, StandardCharsets.UTF_8)));

    @Test
    void tellsWhoseEachLineIs() {
        feed("native\n", 7, "a\nb\n", OutputMark.SILENCE, "native\n", 8, "c\n", OutputMark.NOBODY, "d\n");
        assertThat(lines).containsExactly("-1:native", "7:a", "7:b", "-1:native", "8:c", "0:d");
    }

    @Test
    void endsALineWhereSomebodyElseGoesOn() {
        feed(7, "half", OutputMark.SILENCE);
        assertThat(lines).as("at once, for its task has ended").containsExactly("7:half");
        feed(8, "whole\n", 9, "\n");
        assertThat(lines).containsExactly("7:half", "8:whole", "9:");
    }

    @Test
    void joinsWhatTheSameSpeakerPrintsPiecemeal() {
        feed(7, "half", 7, "whole\n");
        assertThat(lines).as("the limit is 8").containsExactly("7:halfwhol", "7:e");
    }

    @Test
    void cutsLongLines() {
        feed(7, "12345678", "9\n", "12345678\n");
        cutter.end();
        assertThat(lines).containsExactly("7:12345678", "7:9", "7:12345678", "7:");
    }

    @Test
    void findsMarksHoweverTheyAreSplit() {
        byte[] all = joined(1234567890123L, "one\n", OutputMark.SILENCE, "two\n", 3, "three");
        for (int step = 1; step < all.length; step++) {
            lines.clear();
            OutputLines split = new OutputLines(
                    64,
                    (bytes, length, speaker) ->
                            lines.add(speaker + ":" + new String(bytes, 0, length, StandardCharsets.UTF_8)));
            for (int at = 0; at < all.length; at += step) {
                byte[] part = Arrays.copyOfRange(all, at, Math.min(all.length, at + step));
                split.add(part, part.length);
            }
            split.end();
            assertThat(lines).containsExactly("1234567890123:one", "-1:two", "3:three");
        }
    }

    @Test
    void passesOnWhatOnlyBeginsLikeAMark() {
        OutputLines wide = new OutputLines(
                64,
                (bytes, length, speaker) ->
                        lines.add(speaker + ":" + new String(bytes, 0, length, StandardCharsets.UTF_8)));
        for (String text : List.of(
                "\u001e\n",
                "\u001e\u0001task \n",
                "\u001e\u0001task x\n",
                "\u001e\u0001task -1\n",
                "\u001e\u0001task 1234567890123456789\n",
                "\u001e\u001e\u0001tusk 1\n")) {
            lines.clear();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            wide.add(bytes, bytes.length);
            assertThat(lines).containsExactly("-1:" + text.substring(0, text.length() - 1));
        }
        byte[] twice = "\u001e\u0001ta\u001e\u0001task 5\nx\n".getBytes(StandardCharsets.UTF_8);
        lines.clear();
        wide.add(twice, twice.length);
        assertThat(lines).containsExactly("-1:\u001e\u0001ta", "5:x");
    }

    @Test
    void takesTheWordOfATaskThatPrintsAMarkItself() {
        feed(7, "a\n", new String(OutputMark.of(99), StandardCharsets.UTF_8), "b\n", OutputMark.SILENCE, 8, "c\n");
        assertThat(lines).containsExactly("7:a", "99:b", "8:c");
    }

    @Test
    void forgetsAMarkThatWasCutOff() {
        byte[] half = joined(7, "a\n", 8);
        cutter.add(half, half.length - 1);
        cutter.end();
        assertThat(lines).containsExactly("7:a");
    }

    private void feed(Object... parts) {
        byte[] bytes = joined(parts);
        cutter.add(bytes, bytes.length);
    }

    /** Texts and marks. */
    private static byte[] joined(Object... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (Object part : parts) {
            joined.writeBytes(
                    part instanceof Number speaker
                            ? OutputMark.of(speaker.longValue())
                            : part.toString().getBytes(StandardCharsets.UTF_8));
        }
        return joined.toByteArray();
    }
}

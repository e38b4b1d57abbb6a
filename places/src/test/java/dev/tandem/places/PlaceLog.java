package dev.tandem.places;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The table of docs/PLACES.md as it is today: one line for each place, printed and kept in {@code target}. */
final class PlaceLog {

    private PlaceLog() {}

    static void note(String place, Ended.Receipt receipt, long startMillis) {
        String line = String.format(
                "| %s | %s | %s (%s) | %d ms |",
                Runtime.version().feature(),
                place,
                receipt.arrival().way(),
                receipt.arrival().supplied(),
                startMillis);
        System.out.println(line);
        try {
            Files.writeString(
                    Path.of("target", "places.md"),
                    line + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

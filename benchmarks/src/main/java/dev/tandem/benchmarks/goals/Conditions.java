package dev.tandem.benchmarks.goals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.Stream;

/** Where and when something was measured. */
final class Conditions {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Conditions() {}

    /** {@return one sentence without a full stop} */
    static String text(Effort effort) {
        return String.join(
                ", ",
                LocalDate.now(ZoneOffset.UTC).toString(),
                "Java " + Runtime.version(),
                Runtime.getRuntime().availableProcessors() + " cores" + processor(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                effort.name().toLowerCase(Locale.ROOT) + " mode",
                ForeignLoad.isKnown() ? "foreign load watched" : "foreign load unknown (no /proc)");
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> " (" + line.substring(line.indexOf(':') + 2) + ")")
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}

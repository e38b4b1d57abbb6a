package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that are kept as files, to be read when they change. A text that differs from its file fails; with {@code
 * -Dtandem.golden.write=true} it is also written to its file, so that the next run passes and the change is there to be reviewed.
 */
final class Golden {

    private static final Path DIRECTORY = Path.of("src/test/resources/dev/tandem/recommend");

    private Golden() {}

    static void check(String name, String text) {
        Path file = DIRECTORY.resolve(name);
        try {
            String kept = Files.exists(file) ? Files.readString(file) : "";
            if (!kept.equals(text) && Boolean.getBoolean("tandem.golden.write")) {
                Files.createDirectories(DIRECTORY);
                Files.writeString(file, text);
            }
            assertThat(text)
                    .as("%s differs; run with -Dtandem.golden.write=true to write it, then read the difference", file)
                    .isEqualTo(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

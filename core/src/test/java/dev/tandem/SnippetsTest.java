package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every example in the Javadoc is compiled as a part of {@link Snippets}. */
final class SnippetsTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path COMPILED = Path.of("src/test/java/dev/tandem/Snippets.java");
    private static final Pattern EXAMPLE = Pattern.compile("<pre>\\{@code\\n(.*?)\\}</pre>", Pattern.DOTALL);

    @Test
    void findsEveryExampleAmongTheCompiledOnes() throws IOException {
        String compiled = withoutSpace(Files.readString(COMPILED));

        assertThat(examples())
                .isNotEmpty()
                .allSatisfy(example -> assertThat(compiled)
                        .as("Javadoc shows code that Snippets.java does not compile: %s", example)
                        .contains(withoutSpace(example)));
    }

    private static List<String> examples() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> EXAMPLE.matcher(text(file)).results())
                    .map(example -> example.group(1).replaceAll("(?m)^ *\\* ?", ""))
                    .toList();
        }
    }

    /** Lines are broken where they are too long, which differs between a comment and code. */
    private static String withoutSpace(String code) {
        return code.replaceAll("\\s", "");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is true. */
class ReadmeTest {

    private static final Path README = Path.of("..", "README.md");

    private static final String FIXTURES = """
            List<String> words = List.of("one", "two", "three");
            """;

    @TempDir
    private Path directory;

    @Test
    void showsOnlyCodeThatCompilesRunsAndPrintsWhatItSays() throws Exception {
        new MarkdownPrograms(README, directory, FIXTURES).check();
    }

    @Test
    void linksOnlyToFilesThatExist() throws IOException {
        assertThat(new MarkdownPrograms(README, directory, FIXTURES).links())
                .isNotEmpty()
                .allMatch(Files::exists);
    }
}

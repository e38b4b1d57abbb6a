package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the recipes show is true, as far as it is Java; the other languages are tried where they run. */
class RecipesTest {

    private static final Path RECIPES = Path.of("..", "docs", "RECIPES.md");

    @TempDir
    private Path directory;

    @Test
    void showsOnlyCodeThatCompilesRunsAndPrintsWhatItSays() throws Exception {
        MarkdownPrograms recipes = new MarkdownPrograms(RECIPES, directory, "");
        recipes.assume("org.springframework.context.annotation", "Configuration", "@interface Configuration {}");
        recipes.assume(
                "org.springframework.context.annotation",
                "Bean",
                "@interface Bean { String destroyMethod() default \"\"; }");
        recipes.assume("jakarta.enterprise.context", "ApplicationScoped", "@interface ApplicationScoped {}");
        recipes.assume("jakarta.enterprise.inject", "Produces", "@interface Produces {}");
        recipes.assume("jakarta.enterprise.inject", "Disposes", "@interface Disposes {}");
        recipes.check();
    }

    @Test
    void linksOnlyToFilesThatExist() throws IOException {
        assertThat(new MarkdownPrograms(RECIPES, directory, "").links())
                .isNotEmpty()
                .allMatch(Files::exists);
    }
}

package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes for JShell and JBang, as they are printed in the documentation. */
final class RecipePlacesTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("^```jshell\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("\"script-ref\": \"(.*)\"");
    private static final Pattern DEPENDENCY = Pattern.compile("^//DEPS dev\\.tandem:(.*):(.*)$", Pattern.MULTILINE);

    @TempDir
    private Path directory;

    @Test
    void runsTheRecipeForJShell() throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(ROOT.resolve("docs/RECIPES.md")));
        assertThat(block.find()).isTrue();
        Place place = new Place("JShell, the recipe", directory);
        Ended ended = place.input(block.group(1) + "/exit\n")
                .run(List.of(
                        Place.tool("jshell"),
                        "-s",
                        "--class-path",
                        Library.path(Library.jars()),
                        "-R" + place.temporaryFilesFlag(),
                        "-"));
        assertThat(ended.output()).as(ended.story()).contains("norms: [25, 2]");
    }

    /** JBang itself is no part of a build: its lines are comments to java, and what they name must be what is built. */
    @Test
    void runsTheScriptOfTheCatalogOfJBang() throws Exception {
        Matcher catalog = SCRIPT.matcher(Files.readString(ROOT.resolve("jbang-catalog.json")));
        assertThat(catalog.find()).isTrue();
        Path script = ROOT.resolve(catalog.group(1)).toRealPath();
        Matcher dependency = DEPENDENCY.matcher(Files.readString(script));
        assertThat(dependency.find()).isTrue();
        assertThat(Library.jars().get(0).getFileName())
                .hasToString(dependency.group(1) + "-" + dependency.group(2) + ".jar");
        Ended ended =
                new Place("a JBang script", directory).java("-cp", Library.path(Library.jars()), script.toString());
        assertThat(ended.exitCode()).as(ended.story()).isZero();
        assertThat(ended.output()).as(ended.story()).contains("[1, 4, 9]");
    }
}

package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ProcessOptions;
import dev.tandem.internal.processes.ClassPathEntry.Source;
import dev.tandem.internal.processes.WorkerClassPath.Found;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerClassPathTest {

    private static final ProcessOptions DEFAULTS = ProcessOptions.defaults();
    private static final Path LIBRARY = home(WorkerClassPath.class);

    @TempDir
    Path home;

    private Path jar(String name) {
        return Jars.with(home.resolve(name), Map.of("a.txt", new byte[0]));
    }

    private static Path home(Class<?> type) {
        return FileUrl.toPath(type.getProtectionDomain().getCodeSource().getLocation());
    }

    private WorkerClassPath of(ProcessOptions options, ClassPathClues clues) {
        return new WorkerClassPath(options, clues, () -> home);
    }

    private static ClassPathEntry entry(Path file, Source source) {
        return new ClassPathEntry(file.toString(), source, true);
    }

    @Test
    void looksInModulesThenInTheClassPathThenInLoadersThenForTheLibrary() throws Exception {
        ModuleReference automatic = ModuleFinder.of(jar("mods/some.module.jar"))
                .findAll()
                .iterator()
                .next();
        Path path = jar("path.jar");
        Path loader = jar("loader.jar");
        Found found = of(
                        DEFAULTS,
                        new ClassPathClues(
                                path + ":" + home.resolve("gone.jar"),
                                List.of(automatic),
                                List.of(loader.toUri().toURL(), new URL("http://host/x.jar")),
                                List.of(WorkerClassPath.class)))
                .find();
        assertThat(found.entries())
                .containsExactly(
                        entry(home.resolve("mods/some.module.jar"), Source.MODULE_PATH),
                        entry(path, Source.CLASS_PATH),
                        new ClassPathEntry(home.resolve("gone.jar").toString(), Source.CLASS_PATH, false),
                        entry(loader, Source.LOADER),
                        entry(LIBRARY, Source.LIBRARY));
        assertThat(found.places())
                .hasSize(4)
                .doesNotContain(home.resolve("gone.jar").toString());
        assertThat(found.imageModules()).isEmpty();
    }

    @Test
    void doesNotCountForTheWorkersOwnWhatNoClassPathCanName() throws Exception {
        Path loader = jar("a:b/loader.jar");
        WorkerClassPath classPath = of(
                DEFAULTS,
                new ClassPathClues("", List.of(), List.of(loader.toUri().toURL()), List.of()));
        assertThat(classPath.find().entries()).containsExactly(entry(loader, Source.LOADER));
        assertThat(classPath.files()).isEmpty();
        assertThat(classPath.find().places()).isEmpty();
    }

    @Test
    void takesTheOptionAndTheLibraryOnly() throws IOException {
        Path chosen = jar("chosen.jar");
        Path other = jar("other.jar");
        ClassPathClues clues =
                new ClassPathClues(other.toString(), List.of(), List.of(), List.of(WorkerClassPath.class));
        assertThat(of(DEFAULTS.classPath(chosen), clues).find().entries())
                .containsExactly(entry(chosen, Source.OPTION), entry(LIBRARY, Source.LIBRARY));
    }

    @Test
    void readsTheLoadersOfTheContextParentsFirst() throws Exception {
        URL parents = jar("parent.jar").toUri().toURL();
        URL childs = jar("child.jar").toUri().toURL();
        try (URLClassLoader parent = new URLClassLoader(new URL[] {parents}, null);
                URLClassLoader child = new URLClassLoader(new URL[] {childs}, parent)) {
            assertThat(ClassPathClues.ofThisJvm(child).loaderUrls()).startsWith(parents, childs);
        }
        try (URLClassLoader broken = new URLClassLoader(new URL[0], null) {
            @Override
            public URL[] getURLs() {
                throw new IllegalStateException("closed");
            }
        }) {
            assertThat(ClassPathClues.ofThisJvm(broken).loaderUrls()).isEmpty();
        }
    }

    @Test
    void copiesALibraryOutOfAnArchiveOnceAndAgainIfTheCopyIsGone() throws Exception {
        byte[] inner = Jars.bytes(Map.of("dev/x/Inside.class", classBytes()));
        Path archive = Jars.with(home.resolve("app.jar"), Map.of("lib/inner.jar", inner));
        Class<?> type = new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                try {
                    var source = new CodeSource(
                            new URL("jar:" + archive.toUri() + "!/lib/inner.jar!/"), (Certificate[]) null);
                    byte[] bytes = classBytes();
                    return defineClass(name, bytes, 0, bytes.length, new ProtectionDomain(source, null));
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        }.loadClass(Jars.class.getName());
        WorkerClassPath classPath = of(DEFAULTS, new ClassPathClues("", List.of(), List.of(), List.of(type)));
        Path copy = Path.of(classPath.find().places().get(0));
        assertThat(copy).hasBinaryContent(inner);
        assertThat(classPath.find()).isSameAs(classPath.find());
        assertThat(classPath.files()).containsExactly(copy);
        Files.delete(copy);
        assertThat(Path.of(classPath.find().places().get(0))).hasBinaryContent(inner);
    }

    private static byte[] classBytes() throws IOException {
        try (var in = Jars.class.getResourceAsStream("Jars.class")) {
            return in.readAllBytes();
        }
    }

    @Test
    void needsNoFilesWhereWorkersRunOnTheImageThatHoldsTheLibrary() throws IOException {
        List<ModuleReference> image = List.copyOf(ModuleFinder.ofSystem().findAll());
        ClassPathClues clues = new ClassPathClues("", image, List.of(), List.of(Logger.class));
        assertThat(of(DEFAULTS, clues).find().entries()).isEmpty();
    }
}

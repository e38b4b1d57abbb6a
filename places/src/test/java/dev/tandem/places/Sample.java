package dev.tandem.places;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The programs of {@code src/test/resources/samples}: a user's code, which only a user's tools compile. */
final class Sample {

    private static final Path COMPILED =
            Path.of("target", "samples-" + ProcessHandle.current().pid()).toAbsolutePath();

    private Sample() {}

    /** The directory of a sample's sources. */
    static Path sources(String name) {
        try {
            return Path.of(Sample.class.getResource("/samples/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The shop, compiled once in this JVM, with its resources. */
    static synchronized Path shop() throws IOException {
        Path classes = COMPILED.resolve("shop");
        if (!Files.exists(classes)) {
            compile(List.of("-cp", Library.path(Library.jars())), javaFiles(sources("shop")), classes);
            copy(sources("shop"), classes, file -> !file.endsWith(".java"));
        }
        return classes;
    }

    /** The same as a named module, which names its service in {@code module-info} and nowhere else. */
    static synchronized Path shopModule() throws IOException {
        Path classes = COMPILED.resolve("shop-module");
        if (!Files.exists(classes)) {
            List<Path> files = new ArrayList<>(javaFiles(sources("shop")));
            files.addAll(javaFiles(sources("module")));
            List<Path> modules = new ArrayList<>(Library.jars());
            modules.add(Library.annotations());
            compile(List.of("-p", Library.path(modules)), files, classes);
            copy(sources("shop"), classes, file -> file.endsWith(".txt"));
        }
        return classes;
    }

    /** Compiles for 17, so that every JDK runs it. */
    static void compile(List<String> options, List<Path> files, Path classes) throws IOException {
        Files.createDirectories(classes);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> all = new ArrayList<>(List.of("--release", "17", "-proc:none", "-d", classes.toString()));
        all.addAll(options);
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            messages, manager, null, all, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("the sample does not compile:\n" + messages);
            }
        }
    }

    static List<Path> javaFiles(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    /** Copies the files of a tree whose relative names are wanted. */
    static void copy(Path from, Path to, Predicate<String> isWanted) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = from.relativize(file).toString();
                if (isWanted.test(name)) {
                    Path target = to.resolve(name);
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tandem.ProcessOptions;
import dev.tandem.Task;
import dev.tandem.ipc.Transport;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ClassArchiveTest {

    private static final Path BASE = Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa");

    @TempDir
    static Path home;

    @Test
    void isMadeOnceAndUsedByWorkersWithoutAWord() throws Exception {
        assumeThat(BASE).isRegularFile();
        List<Path> library = List.of(jar(Task.class, "core.jar"), jar(Transport.class, "ipc.jar"));
        List<Runnable> later = new ArrayList<>();
        ArchiveDirectory directory = new ArchiveDirectory(home.resolve("tandem"), () -> home);
        ClassArchive archive = new ClassArchive(ProcessOptions.defaults(), directory, later::add);

        assertThat(archive.find(library)).isEmpty();
        assertThat(archive.find(library)).isEmpty();
        assertThat(later).hasSize(1);
        later.get(0).run();
        ClassArchive.Use use = archive.find(library).orElseThrow();

        // behind the jar may be what no archive can be made with
        String classPath = use.jar() + File.pathSeparator + System.getProperty("java.class.path");
        assertThat(output(use, classPath, "-Xlog:class+load"))
                .contains("dev.tandem.internal.worker.WorkerMain source: shared objects file (top)");
        // it does not fit, and nothing is said of it
        assertThat(output(use, System.getProperty("java.class.path"), "-Dquiet"))
                .startsWith("This is the main class of Tandem's worker JVMs");

        archive.distrust(use);
        assertThat(archive.find(library)).isEmpty();
        assertThat(use.archive()).doesNotExist();
    }

    @Test
    void isNotAskedForWhereTheUserHasSaidSomething() throws IOException {
        assumeThat(BASE).isRegularFile();
        List<Path> library = List.of(Files.createTempFile(home, "library", ".jar"));
        ProcessOptions defaults = ProcessOptions.defaults();

        assertThat(whyNot(defaults, library)).isNull();
        assertThat(whyNot(defaults.classArchive(false), library)).contains("classArchive(false)");
        assertThat(whyNot(defaults.classPath(home), library)).contains("classPath");
        assertThat(whyNot(defaults.jvmArgs("-Xshare:off"), library)).contains("-Xshare:off");
        assertThat(whyNot(defaults.jvmArgs("-XX:SharedArchiveFile=x.jsa"), library))
                .contains("x.jsa");
        assertThat(whyNot(defaults, List.of(home))).contains("not in jars");
        assertThat(whyNot(defaults, List.of())).contains("not in jars");
        Path java = Files.createDirectories(home.resolve("jdk").resolve("bin")).resolve("java");
        assertThat(Files.createFile(java).toFile().setExecutable(true)).isTrue();
        assertThat(whyNot(defaults.javaHome(home.resolve("jdk")), library)).contains("no archive of its own");
    }

    private static String whyNot(ProcessOptions options, List<Path> library) {
        ArchiveDirectory directory = new ArchiveDirectory(home.resolve("none"), () -> home);
        return new ClassArchive(options, directory, work -> {}).whyNot(library);
    }

    /** What the main class of workers prints, called by hand. */
    private static String output(ClassArchive.Use use, String classPath, String flag) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
        command.addAll(use.flags());
        command.addAll(List.of(flag, "-cp", classPath, "dev.tandem.internal.worker.WorkerMain"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    /** Makes a jar of the directory that a class comes from; or takes the jar that it comes from. */
    private static Path jar(Class<?> type, String name) throws IOException {
        Path place = FileUrl.toPath(LibraryFiles.locationOf(type));
        if (Files.isRegularFile(place)) {
            return place;
        }
        Path jar = home.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(place)) {
            files.filter(Files::isRegularFile).forEach(file -> add(place.relativize(file), file, out));
        }
        return jar;
    }

    private static void add(Path name, Path file, ZipOutputStream out) {
        try {
            out.putNextEntry(new ZipEntry(name.toString()));
            Files.copy(file, (OutputStream) out);
            out.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

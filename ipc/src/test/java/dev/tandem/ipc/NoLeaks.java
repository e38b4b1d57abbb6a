package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives each test a temporary directory and checks that it leaves no process, thread, descriptor or file behind. */
final class NoLeaks implements BeforeEachCallback, AfterEachCallback {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String RINGS =
            "glob:**/tandem-" + ProcessHandle.current().pid() + "-*.ring";
    private static final String TMPDIR = "java.io.tmpdir";

    static {
        // The JDK keeps one descriptor for itself from the first time that a blocking connect fails.
        assertThatThrownBy(() -> UnixMeeting.connect("/missing/s")).isInstanceOf(IOException.class);
    }

    private String oldTemporaryDirectory;
    private Path temporaryDirectory;
    private Set<String> descriptorsBefore;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        oldTemporaryDirectory = System.getProperty(TMPDIR);
        temporaryDirectory = Files.createTempDirectory("ipc");
        System.setProperty(TMPDIR, temporaryDirectory.toString());
        descriptorsBefore = descriptors();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        try {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> {
                        assertThat(ProcessHandle.current().children())
                                .as("processes")
                                .isEmpty();
                        assertThat(threads()).as("threads").isEmpty();
                        Set<String> descriptors = descriptors();
                        descriptors.removeAll(descriptorsBefore);
                        assertThat(descriptors).as("descriptors").isEmpty();
                        assertThat(temporaryDirectory).isEmptyDirectory();
                        assertThat(RingFile.directory()).isDirectoryNotContaining(RINGS);
                    });
            Files.delete(temporaryDirectory);
        } finally {
            System.setProperty(TMPDIR, oldTemporaryDirectory);
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("tandem-") || name.startsWith("test-"))
                .toList();
    }

    /** Pipes, sockets and the like; opening a class file is nobody's leak. */
    private static Set<String> descriptors() throws IOException {
        Set<String> found = new TreeSet<>();
        if (Files.isDirectory(DESCRIPTORS)) {
            try (Stream<Path> links = Files.list(DESCRIPTORS)) {
                for (Path link : (Iterable<Path>) links::iterator) {
                    try {
                        String target = Files.readSymbolicLink(link).toString();
                        if (target.matches("(pipe|socket|anon_inode):.*")) {
                            found.add(link.getFileName() + " -> " + target);
                        }
                    } catch (IOException e) {
                        continue; // closed meanwhile, as is the descriptor of this listing
                    }
                }
            }
        }
        return found;
    }
}

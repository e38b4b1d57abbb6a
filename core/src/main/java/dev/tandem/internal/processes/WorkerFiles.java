package dev.tandem.internal.processes;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which resources the workers find by themselves, because the file or jar is on their class path.
 *
 * <p>The class path is found out when it is first needed. Safe for use by any number of threads.
 */
final class WorkerFiles {

    private final ClassPath classPath;

    // --- written by whoever comes first
    private volatile @Nullable Set<Path> entries;

    /** What is on the class path of the workers. */
    interface ClassPath {
        Collection<Path> files() throws IOException;
    }

    WorkerFiles(ClassPath classPath) {
        this.classPath = classPath;
    }

    /** Whether a worker that looks for this name on its class path finds this resource. */
    boolean leadTo(URL url, String name) throws IOException {
        if (url.getProtocol().equals("jrt")) {
            return true;
        }
        String text = url.toString();
        if (url.getProtocol().equals("file")) {
            Path root = path(text);
            for (int i = Path.of(name).getNameCount(); i > 0 && root != null; i--) {
                root = root.getParent();
            }
            return root != null && entries().contains(root);
        }
        int inside = text.indexOf("!/");
        // what is deeper in the jar than its name says is there for a special class loader only
        boolean isPlainJar = text.startsWith("jar:file:") && inside == text.lastIndexOf("!/");
        Path jar = isPlainJar ? path(text.substring("jar:".length(), inside)) : null;
        return jar != null && entries().contains(jar);
    }

    private Set<Path> entries() throws IOException {
        Set<Path> known = entries;
        if (known == null) {
            known = new HashSet<>();
            for (Path file : classPath.files()) {
                known.add(real(file));
            }
            entries = known;
        }
        return known;
    }

    private static @Nullable Path path(String fileUrl) throws MalformedURLException {
        Path path = FileUrl.toPath(new URL(fileUrl));
        return path == null ? null : real(path);
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }
}

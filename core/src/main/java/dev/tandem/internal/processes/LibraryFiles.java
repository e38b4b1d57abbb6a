package dev.tandem.internal.processes;

import java.io.File;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the library itself is: a worker must have it in files, since all else comes through it.
 *
 * <p>If it is inside of an archive, as in an application that is one jar of jars, it is copied out. What the URL of such a jar
 * means is known to the archive's own class loader only, whose handler opens it. A jar whose path no class path can name is
 * copied too.
 */
final class LibraryFiles {

    private static final int SIGNATURE_BYTES = 2;
    private static final String INSIDE = "!/";
    private static final String ARCHIVE = "jar:";
    private static final String SEPARATED = "a \"" + File.pathSeparator + "\" separates its entries";

    private LibraryFiles() {}

    /**
     * The jar or directory that a class comes from.
     *
     * @param location where that is, see {@link #locationOf}
     * @param copies where to put a copy, if it is needed
     * @throws UnstartableException if there is no way to it
     */
    static Path at(@Nullable URL location, Class<?> type, Path copies) throws IOException {
        if (location == null) {
            throw unreachable(type, "from nowhere that it tells", null);
        }
        Path file = FileUrl.toPath(location);
        if (file != null && Files.exists(file)) {
            if (ClassPathEntry.canName(file)) {
                return file;
            }
            if (Files.isDirectory(file)) {
                throw unreachable(type, "from " + file + ", which no class path can name: " + SEPARATED, null);
            }
        }
        IOException why = null;
        for (URL candidate : candidates(location)) {
            Path inside = FileUrl.toPath(candidate);
            if (inside != null && Files.isRegularFile(inside) && ClassPathEntry.canName(inside)) {
                return inside;
            }
            try {
                return copy(candidate, copies);
            } catch (IOException e) {
                why = e;
            }
        }
        throw unreachable(type, "from " + location + ", which is neither a file nor a jar that can be read", why);
    }

    /** Where it says that it is, or where its class file is. */
    static @Nullable URL locationOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source != null && source.getLocation() != null) {
            return source.getLocation();
        }
        String name = type.getName().replace('.', '/') + ".class";
        Function<String, @Nullable URL> resources =
                type.getClassLoader() == null ? ClassLoader::getSystemResource : type.getClassLoader()::getResource;
        URL found = resources.apply(name);
        if (found == null || !found.toString().endsWith(name)) {
            return null;
        }
        String text = found.toString();
        try {
            return new URL(found, text.substring(0, text.length() - name.length()));
        } catch (MalformedURLException e) {
            return null;
        }
    }

    /** {@code jar:X!/} is what is in X; and X may be in an archive again, with or without a scheme that says so. */
    private static List<URL> candidates(URL location) {
        List<URL> candidates = new ArrayList<>();
        String text = location.toString();
        if (text.startsWith(ARCHIVE) && text.endsWith(INSIDE)) {
            String inner = text.substring(ARCHIVE.length(), text.length() - INSIDE.length());
            addUrl(location, inner.contains(INSIDE) ? ARCHIVE + inner : inner, candidates);
        }
        candidates.add(location);
        return candidates;
    }

    private static void addUrl(URL context, String text, List<URL> urls) {
        try {
            urls.add(new URL(context, text));
        } catch (MalformedURLException e) {
            // a scheme that only its own loader knows
        }
    }

    private static Path copy(URL jar, Path copies) throws IOException {
        if (!ClassPathEntry.canName(copies)) {
            throw new IOException("a copy of it in " + copies + " cannot be named either: " + SEPARATED
                    + "; start this JVM with another -Djava.io.tmpdir");
        }
        try (PushbackInputStream in = new PushbackInputStream(jar.openStream(), SIGNATURE_BYTES)) {
            byte[] signature = in.readNBytes(SIGNATURE_BYTES);
            if (signature.length != SIGNATURE_BYTES || signature[0] != 'P' || signature[1] != 'K') {
                throw new IOException("what can be read at " + jar + " is no jar");
            }
            in.unread(signature);
            String path = jar.toString();
            String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
            Path copy = copies.resolve(name.endsWith(".jar") ? name : name + ".jar");
            Files.copy(in, copy);
            return copy;
        } catch (RuntimeException e) { // the handler is a stranger's
            throw new IOException(jar + " cannot be read: " + e, e);
        }
    }

    private static UnstartableException unreachable(Class<?> type, String found, @Nullable IOException cause) {
        String message = "the library itself must be in files that a worker can read, but " + type.getName()
                + " was loaded " + found + (cause == null ? "" : " (" + cause.getMessage() + ")")
                + "; name jars or directories that hold it, and the classes of the tasks, with"
                + " ProcessOptions.classPath(...), or use threads()";
        return cause == null ? new UnstartableException(message) : new UnstartableException(message, cause);
    }
}

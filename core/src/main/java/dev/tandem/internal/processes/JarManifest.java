package dev.tandem.internal.processes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What a jar's manifest adds to a class path: other files, relative to the jar.
 *
 * <p>A test runner or an IDE passes a long class path as one jar that holds nothing else. Only the main section is parsed,
 * since a signed jar's manifest names each of its files.
 */
final class JarManifest {

    private static final String NAME = "META-INF/MANIFEST.MF";
    private static final int MAX_BYTES = 64 << 20;

    private JarManifest() {}

    /** The files that {@code Class-Path} names, in order; none if it is no jar. */
    static List<Path> classPath(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry entry = zip.getEntry(NAME);
            if (entry == null) {
                return List.of();
            }
            byte[] bytes;
            try (InputStream in = zip.getInputStream(entry)) {
                bytes = in.readNBytes(MAX_BYTES);
            }
            Manifest manifest = new Manifest(new ByteArrayInputStream(bytes, 0, endOfMainSection(bytes)));
            String classPath = manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return classPath == null ? List.of() : files(jar, classPath);
        } catch (IOException | IllegalArgumentException e) {
            return List.of(); // the JVM ignores it too
        }
    }

    private static List<Path> files(Path jar, String classPath) throws MalformedURLException {
        URL base = jar.toUri().toURL();
        List<Path> files = new ArrayList<>();
        for (String relative : classPath.split("\\s+")) {
            if (!relative.isEmpty()) {
                addFile(base, relative, files);
            }
        }
        return files;
    }

    private static void addFile(URL base, String relative, List<Path> files) {
        try {
            Path file = FileUrl.toPath(new URL(base, relative));
            if (file != null) {
                files.add(file);
            }
        } catch (MalformedURLException e) {
            // one that the JVM cannot read either
        }
    }

    /** Up to the first empty line. */
    private static int endOfMainSection(byte[] manifest) {
        boolean lineIsEmpty = false;
        for (int i = 0; i < manifest.length; i++) {
            if (manifest[i] == '\n') {
                if (lineIsEmpty) {
                    return i + 1;
                }
                lineIsEmpty = true;
            } else if (manifest[i] != '\r') {
                lineIsEmpty = false;
            }
        }
        return manifest.length;
    }
}

package dev.tandem.internal.processes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes jars for tests. */
final class Jars {

    private Jars() {}

    /** A jar with nothing but a manifest with that class path, in lines of the length that the format allows. */
    static Path manifestOnly(Path file, String classPath) {
        StringBuilder manifest = new StringBuilder("Manifest-Version: 1.0\r\n");
        StringBuilder line = new StringBuilder("Class-Path: ");
        for (byte b : classPath.getBytes(StandardCharsets.UTF_8)) {
            line.append((char) (b & 0xff));
            if (line.length() == 70) {
                manifest.append(line).append("\r\n");
                line = new StringBuilder(" ");
            }
        }
        manifest.append(line).append("\r\n\r\nName: x\r\nClass-Path: not-of-the-main-section.jar\r\n\r\n");
        return with(file, Map.of("META-INF/MANIFEST.MF", manifest.toString().getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** A jar with that content. */
    static Path with(Path file, Map<String, byte[]> content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.write(file, bytes(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of such a jar; nothing in it is compressed, so that it may be read inside of another one. */
    static byte[] bytes(Map<String, byte[]> content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : new TreeMap<>(content).entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

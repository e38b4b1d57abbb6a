package dev.tandem.internal.processes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The classes of the library in one jar, with nothing else in it.
 *
 * <p>The same classes make the same file, byte by byte, so that it does not matter which of several JVMs has written it. Stateless.
 */
final class LibraryJar {

    private static final String PACKAGE = "dev/tandem/";
    private static final String CLASS = ".class";

    private LibraryJar() {}

    /** A name for what is in these jars and for what else matters; reads no class. */
    static String fingerprint(String circumstances, List<Path> jars) throws IOException {
        TreeMap<String, String> classes = new TreeMap<>();
        for (Path jar : jars) {
            try (ZipFile file = new ZipFile(jar.toFile())) {
                file.stream()
                        .filter(LibraryJar::isOurs)
                        .forEach(entry -> classes.putIfAbsent(entry.getName(), entry.getCrc() + " " + entry.getSize()));
            }
        }
        String all = circumstances + "\n" + classes;
        return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Writes them; not compressed, since they are read more often than written. */
    static void write(List<Path> jars, Path target) throws IOException {
        TreeMap<String, byte[]> classes = new TreeMap<>();
        for (Path jar : jars) {
            try (ZipFile file = new ZipFile(jar.toFile())) {
                for (ZipEntry entry : file.stream().filter(LibraryJar::isOurs).toList()) {
                    try (InputStream bytes = file.getInputStream(entry)) {
                        classes.putIfAbsent(entry.getName(), bytes.readAllBytes());
                    }
                }
            }
        }
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            out.setMethod(ZipOutputStream.STORED);
            for (var entry : classes.entrySet()) {
                out.putNextEntry(stored(entry.getKey(), entry.getValue()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
    }

    private static ZipEntry stored(String name, byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(bytes.length);
        entry.setCrc(sum.getValue());
        entry.setTime(0);
        return entry;
    }

    /** Classes of the library, whatever else is in the jar: it may be an application with everything in one. */
    private static boolean isOurs(ZipEntry entry) {
        return entry.getName().startsWith(PACKAGE) && entry.getName().endsWith(CLASS);
    }
}

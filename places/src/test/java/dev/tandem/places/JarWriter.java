package dev.tandem.places;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Builds a jar as packaging tools do; the first of several entries of one name wins. Not thread-safe. */
final class JarWriter implements AutoCloseable {

    private final JarOutputStream out;
    private final Set<String> names = new HashSet<>();
    private final @Nullable Relocation relocation;

    JarWriter(Path jar, Map<String, String> attributes) throws IOException {
        this(jar, attributes, null);
    }

    JarWriter(Path jar, Map<String, String> attributes, @Nullable Relocation relocation) throws IOException {
        this.relocation = relocation;
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach((name, value) -> manifest.getMainAttributes().put(new Attributes.Name(name), value));
        OutputStream file = Files.newOutputStream(jar);
        out = new JarOutputStream(file, manifest);
        names.add("META-INF/MANIFEST.MF");
    }

    /** Adds the files of a directory below {@code prefix}. */
    JarWriter addTree(String prefix, Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                add(prefix + directory.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return this;
    }

    /** Adds what is in another jar, as shading does. */
    JarWriter addContent(Path jar) throws IOException {
        try (InputStream file = Files.newInputStream(jar);
                JarInputStream in = new JarInputStream(file)) {
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                if (!entry.isDirectory() && !entry.getName().endsWith("module-info.class")) {
                    add(entry.getName(), in.readAllBytes());
                }
            }
        }
        return this;
    }

    /** Adds jars as they are, uncompressed, as Spring Boot nests them. */
    JarWriter addStored(String prefix, List<Path> jars) throws IOException {
        directories(prefix);
        for (Path jar : jars) {
            byte[] content = Files.readAllBytes(jar);
            CRC32 sum = new CRC32();
            sum.update(content);
            JarEntry entry = new JarEntry(prefix + jar.getFileName());
            entry.setMethod(JarEntry.STORED);
            entry.setSize(content.length);
            entry.setCompressedSize(content.length);
            entry.setCrc(sum.getValue());
            out.putNextEntry(entry);
            out.write(content);
            out.closeEntry();
        }
        return this;
    }

    private JarWriter add(String file, byte[] asItIs) throws IOException {
        String name = relocation == null ? file : relocation.name(file);
        byte[] content = relocation == null ? asItIs : relocation.content(file, asItIs);
        if (names.add(name)) {
            directories(name.substring(0, name.lastIndexOf('/') + 1));
            out.putNextEntry(new JarEntry(name));
            out.write(content);
            out.closeEntry();
        }
        return this;
    }

    private void directories(String path) throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String directory = path.substring(0, slash + 1);
            if (names.add(directory)) {
                out.putNextEntry(new JarEntry(directory));
                out.closeEntry();
            }
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

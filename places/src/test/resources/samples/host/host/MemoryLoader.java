package host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles sources, and keeps classes and resources in memory only. */
final class MemoryLoader extends ClassLoader {

    private final Map<String, byte[]> files = new HashMap<>();

    MemoryLoader(Path[] sources) throws IOException {
        super(MemoryLoader.class.getClassLoader());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
                JavaFileManager manager = new ToMemory(standard);
                Stream<Path> tree = Files.walk(sources[0])) {
            List<Path> all = tree.filter(Files::isRegularFile).toList();
            for (Path file : all) {
                if (!file.toString().endsWith(".java")) {
                    files.put(sources[0].relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
                }
            }
            Path[] java = all.stream().filter(file -> file.toString().endsWith(".java")).toArray(Path[]::new);
            compiler.getTask(null, manager, null, List.of("-proc:none"), null, standard.getJavaFileObjects(java)).call();
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] content = files.get(name.replace('.', '/') + ".class");
        if (content == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, content, 0, content.length);
    }

    @Override
    protected URL findResource(String name) {
        byte[] content = files.get(name);
        try {
            return content == null ? null : new URL(null, "memory:/" + name, new FromMemory(content));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        URL found = findResource(name);
        return found == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(found));
    }

    private static final class FromMemory extends URLStreamHandler {

        private final byte[] content;

        FromMemory(byte[] content) {
            this.content = content;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(content);
                }
            };
        }
    }

    private final class ToMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {

        ToMemory(StandardJavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location where, String name, JavaFileObject.Kind kind, FileObject sibling) {
            String file = name.replace('.', '/') + kind.extension;
            return new SimpleJavaFileObject(URI.create("memory:/" + file), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            files.put(file, toByteArray());
                        }
                    };
                }
            };
        }
    }
}

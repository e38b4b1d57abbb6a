package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Classes that a test compiles for itself, so that they are on nobody's class path, and resources beside them. */
public final class CompiledCode {

    private final Map<String, byte[]> files = new HashMap<>();

    private CompiledCode() {}

    /** Compiles sources, each of one public class, whose name with its package is the key. */
    public static CompiledCode of(Map<String, String> sources) throws IOException {
        CompiledCode code = new CompiledCode();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(new Source(name, text)));
        try (JavaFileManager manager = new Output(compiler.getStandardFileManager(problems, null, null), code.files)) {
            List<String> options = List.of("-proc:none", "-cp", System.getProperty("java.class.path"));
            boolean done = compiler.getTask(null, manager, problems, options, null, units)
                    .call();
            assertThat(done).as("compiles: %s", problems.getDiagnostics()).isTrue();
        }
        return code;
    }

    /** Adds a resource. */
    public CompiledCode with(String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** This, with that on top of it. */
    public CompiledCode plus(CompiledCode newer) {
        CompiledCode both = new CompiledCode();
        both.files.putAll(files);
        both.files.putAll(newer.files);
        return both;
    }

    /** Writes all that is here into a jar. */
    public Path jar(Path file) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        }
        return file;
    }

    /** A loader that makes the classes in memory, and serves their class files as a good one does. */
    public InMemory loader() {
        return new InMemory(files, true);
    }

    /** One that tells nobody what its classes are made of. */
    public InMemory secretiveLoader() {
        return new InMemory(files, false);
    }

    /** A loader that reads no file. */
    public static final class InMemory extends ClassLoader {

        private final Map<String, byte[]> files;
        private final Map<String, Runnable> waits = new ConcurrentHashMap<>();
        private final boolean serves;

        private InMemory(Map<String, byte[]> files, boolean serves) {
            super("memory", CompiledCode.class.getClassLoader());
            this.files = new ConcurrentHashMap<>(files);
            this.serves = serves;
        }

        /** From now on it has this file too. */
        public void add(String name, String text) {
            files.put(name, text.getBytes(StandardCharsets.UTF_8));
        }

        /** From now on it does not have this file. */
        public void remove(String name) {
            files.remove(name);
        }

        /** Whoever asks for this file waits in here. */
        public void before(String name, Runnable wait) {
            waits.put(name, wait);
        }

        /** From now on the files are these, as after a redefinition; classes that were made stay. */
        public void redefine(CompiledCode newer) {
            files.putAll(newer.files);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = files.get(name.replace('.', '/') + ".class");
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        protected @Nullable URL findResource(String name) {
            waits.getOrDefault(name, () -> {}).run();
            byte[] bytes = serves ? files.get(name) : null;
            try {
                return bytes == null ? null : new URL("memory", "", -1, "/" + name, new BytesHandler(bytes));
            } catch (MalformedURLException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, byte[]> files;

        Output(JavaFileManager manager, Map<String, byte[]> files) {
            super(manager);
            this.files = files;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            String name = className.replace('.', '/') + ".class";
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            files.put(name, toByteArray());
                        }
                    };
                }
            };
        }
    }
}

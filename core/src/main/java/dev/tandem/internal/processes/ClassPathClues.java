package dev.tandem.internal.processes;

import dev.tandem.ipc.Transport;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What a JVM knows of where its classes come from, as values: whoever follows them needs no JVM of that kind.
 *
 * @param classPath the class path; empty if there is none
 * @param modules the modules of the boot layer
 * @param loaderUrls where the class loaders in play look, those of a parent before those of its children
 * @param library classes of the library, one from each of its jars
 */
record ClassPathClues(String classPath, List<ModuleReference> modules, List<URL> loaderUrls, List<Class<?>> library) {

    /** Those of a JVM that says nothing: a class path is what an option says, and nothing else. */
    static final ClassPathClues NONE = new ClassPathClues("", List.of(), List.of(), List.of());

    ClassPathClues {
        modules = List.copyOf(modules);
        loaderUrls = List.copyOf(loaderUrls);
        library = List.copyOf(library);
    }

    /**
     * Those of this JVM.
     *
     * @param context the loader through which the user's classes are found
     */
    static ClassPathClues ofThisJvm(@Nullable ClassLoader context) {
        List<URL> urls = new ArrayList<>();
        addUrls(context, urls);
        addUrls(ClassPathClues.class.getClassLoader(), urls);
        return new ClassPathClues(
                classPathProperty(),
                ModuleLayer.boot().configuration().modules().stream()
                        .map(ResolvedModule::reference)
                        .toList(),
                urls,
                List.of(ClassPathClues.class, Transport.class, Logger.class));
    }

    /** Without a class path a JVM looks in its working directory, unless its main class is in a module. */
    private static String classPathProperty() {
        String classPath = System.getProperty("java.class.path", "");
        return classPath.isEmpty() && System.getProperty("jdk.module.main") == null ? "." : classPath;
    }

    private static void addUrls(@Nullable ClassLoader loader, List<URL> urls) {
        if (loader != null) {
            addUrls(loader.getParent(), urls);
            if (loader instanceof URLClassLoader known) {
                urls.addAll(urlsOf(known));
            }
        }
    }

    private static List<URL> urlsOf(URLClassLoader loader) {
        try {
            URL[] urls = loader.getURLs();
            return urls == null ? List.of() : Arrays.asList(urls);
        } catch (RuntimeException e) { // the code of a stranger: what is not told here comes through the connection
            return List.of();
        }
    }
}

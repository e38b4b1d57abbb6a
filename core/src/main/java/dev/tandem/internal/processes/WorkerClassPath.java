package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import dev.tandem.internal.processes.ClassPathEntry.Source;
import java.io.IOException;
import java.lang.module.ModuleReference;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the workers of one runner find classes without asking this JVM, and why there.
 *
 * <p>If the user has named a class path, that. Else, in this order:
 *
 * <ol>
 *   <li>the modules that this JVM was started with and that are in files. They become a part of the class path: a worker calls code through
 *       its lambdas only, which needs no modules, and a class path hides nothing that the module path shows. What modules say of
 *       services is written down in the way of class paths ({@link ModuleServices}); modules of a run-time image stay modules
 *       ({@link ImageModules});
 *   <li>the class path, with what the manifests of its jars name;
 *   <li>the files of the class loaders through which the runner was opened, those of a parent before those of its children.
 *       What other loaders have, those of plug-ins that come later, takes the connection instead, so that it does not depend on the
 *       order of things which class a worker finds.
 * </ol>
 *
 * <p>In any case the library itself ({@link LibraryFiles}).
 *
 * <p>Thread-safe. It is found out once, by whoever asks first, while the others wait; no lock is held.
 */
final class WorkerClassPath {

    /**
     * The answer.
     *
     * @param entries in order, those that are missing or cannot be named too
     * @param imageModules what a worker must resolve beyond its class path
     * @param written what was written for it
     * @param library which of the entries hold the library; none if that is in the run-time image
     */
    record Found(List<ClassPathEntry> entries, List<String> imageModules, List<Path> written, List<Path> library) {

        /** What a worker is told. */
        List<String> places() {
            return entries.stream()
                    .filter(ClassPathEntry::isUsable)
                    .map(ClassPathEntry::place)
                    .toList();
        }
    }

    private final ProcessOptions options;
    private final ClassPathClues clues;
    private final Supplier<Path> directory;
    private final AtomicReference<@Nullable FutureTask<Found>> search = new AtomicReference<>();

    /**
     * Looks for nothing yet.
     *
     * @param directory where to write what is in no file; it is somebody else's to remove
     */
    WorkerClassPath(ProcessOptions options, ClassPathClues clues, Supplier<Path> directory) {
        this.options = options;
        this.clues = clues;
        this.directory = directory;
    }

    /** The files and directories that a worker reads itself, as absolute paths. */
    Set<Path> files() throws IOException {
        Set<Path> files = new LinkedHashSet<>();
        find().places().forEach(place -> files.add(Path.of(place)));
        return files;
    }

    /** Finds out, if that was not done before or somebody has deleted what was written then. */
    Found find() throws IOException {
        while (true) {
            FutureTask<Found> known = search.get();
            if (known == null) {
                FutureTask<Found> mine = new FutureTask<>(this::search);
                if (search.compareAndSet(null, mine)) {
                    mine.run();
                }
                continue;
            }
            Found found = answerOf(known);
            if (found.written().stream().allMatch(Files::exists)) {
                return found;
            }
            search.compareAndSet(known, null);
        }
    }

    private Found answerOf(FutureTask<Found> asked) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return asked.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    search.compareAndSet(asked, null); // a full disk may have room again
                    throw failure(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException known ? known : new IOException(cause);
    }

    private Found search() throws IOException {
        ClassPathDraft draft = new ClassPathDraft();
        List<Path> written = new ArrayList<>();
        if (options.classPath().isEmpty()) {
            addModules(draft, written);
            if (!clues.classPath().isEmpty()) {
                draft.addAll(clues.classPath(), Source.CLASS_PATH);
            }
            for (URL url : clues.loaderUrls()) {
                Path file = FileUrl.toPath(url);
                if (file != null) {
                    draft.add(file, Source.LOADER);
                }
            }
        } else {
            options.classPath().forEach(path -> draft.addElement(path.toString(), Source.OPTION));
        }
        boolean sameImage = new WorkerJava(options).isThatOfThisJvm();
        List<Path> library = addLibrary(draft, written, sameImage);
        List<String> modules = sameImage ? ImageModules.toResolve(clues.modules()) : List.of();
        return new Found(draft.entries(), modules, written, library);
    }

    private void addModules(ClassPathDraft draft, List<Path> written) throws IOException {
        List<ModuleReference> inFiles = new ArrayList<>();
        for (ModuleReference module : clues.modules()) {
            Path file = module.location().isEmpty()
                    ? null
                    : FileUrl.toPath(module.location().get().toURL());
            if (file != null && !ImageModules.isOfTheJdk(module)) {
                draft.add(file, Source.MODULE_PATH);
                inFiles.add(module);
            }
        }
        addServices(inFiles, draft, written);
    }

    private void addServices(Collection<ModuleReference> modules, ClassPathDraft draft, List<Path> written)
            throws IOException {
        Map<String, Set<String>> services = ModuleServices.ofThisJvm().missing(modules);
        if (!services.isEmpty()) {
            Path root = newDirectory("services-");
            ModuleServices.write(services, root);
            written.add(root);
            draft.add(root, Source.SERVICES);
        }
    }

    /** Returns the files that hold it, but for those of an image. */
    private List<Path> addLibrary(ClassPathDraft draft, List<Path> written, boolean sameImage) throws IOException {
        List<Path> library = new ArrayList<>();
        Set<ModuleReference> toWrite = new LinkedHashSet<>();
        for (Class<?> type : clues.library()) {
            Optional<ModuleReference> module = imageModuleOf(type);
            if (module.isEmpty()) {
                library.add(addFileOf(type, draft, written));
            } else if (!sameImage) {
                toWrite.addAll(ImageModules.among(clues.modules()));
            }
        }
        if (!toWrite.isEmpty()) {
            Path copies = newDirectory("modules-");
            for (ModuleReference module : toWrite) {
                Path jar = ImageModules.writeJar(module, copies);
                written.add(jar);
                draft.add(jar, Source.LIBRARY);
            }
            addServices(toWrite, draft, written);
        }
        return library.size() == clues.library().size() ? List.copyOf(library) : List.of();
    }

    private Path addFileOf(Class<?> type, ClassPathDraft draft, List<Path> written) throws IOException {
        URL location = LibraryFiles.locationOf(type);
        Path file = location == null ? null : FileUrl.toPath(location);
        if (file == null || !Files.exists(file) || !ClassPathEntry.canName(file)) {
            file = LibraryFiles.at(location, type, newDirectory("library-"));
            written.add(file);
        }
        draft.add(file, Source.LIBRARY);
        return file;
    }

    private Optional<ModuleReference> imageModuleOf(Class<?> type) {
        return clues.modules().stream()
                .filter(ImageModules::isInImage)
                .filter(module ->
                        module.descriptor().name().equals(type.getModule().getName()))
                .findFirst();
    }

    private Path newDirectory(String prefix) throws IOException {
        return Files.createTempDirectory(directory.get(), prefix);
    }
}

package dev.tandem.internal.processes;

import dev.tandem.ClassSupplyStats;
import dev.tandem.ProcessOptions;
import dev.tandem.internal.processes.ContentCache.Content;
import dev.tandem.internal.processes.KnownLoaders.Known;
import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Lookup;
import dev.tandem.internal.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives workers the classes and resources that are not on their class path: in a fat jar, in JShell, in a plug-in, made in
 * memory.
 *
 * <p>Whatever is submitted makes its class loader known, and a worker's question is put to those loaders, those with
 * tasks under way first and then the latest, as a question for a resource: {@code a/b/C.class} for a class. A loader is code of the user's, so it is asked on
 * the callback executor; see {@link WorkerSupply}. Only class files are remembered, and only until {@link Generations} notices that
 * they have changed. One per runner. Thread-safe.
 */
final class ClassSupply {

    /** Of files, of jars, of jars in jars, of application servers. */
    private static final Set<String> FILE_PROTOCOLS =
            Set.of("file", "jar", "jrt", "nested", "zip", "wsjar", "vfs", "bundle", "bundleresource", "resource");

    private static final String CLASS_FILE = ".class";

    /** More: memory that the application may miss; less: N workers that start ask the loaders N times. */
    private static final long CACHE_BYTES = 32 << 20;

    /** Classes are smaller; whoever is not trusted is not to make this JVM read more at a time. */
    private static final int MAX_HARDENED_BYTES = 4 << 20;

    /** Of an answer, beside its contents. */
    private static final int OVERHEAD_BYTES = 4 * 1024;

    private final boolean hardened;
    private final int maxBytes;
    private final WorkerFiles workerFiles;
    private final KnownLoaders loaders = new KnownLoaders();
    private final ContentCache cache = new ContentCache(CACHE_BYTES);

    private final Generations generations = new Generations();
    private final Consumer<String> newGeneration;

    private final ThreadLocal<Boolean> isReadingAgain = new ThreadLocal<>();

    // --- volatile, written by whoever submits ---
    private volatile boolean loadersChanged;

    // --- volatile, written by whoever answers ---
    private volatile boolean contested; // some loaders have different classes of one name: it matters who comes first

    // --- guarded by this ---
    private long classes;
    private long resources;
    private long bytes;
    private long cacheHits;

    /**
     * Opens the supply of a runner.
     *
     * @param loader the context class loader of whoever opens the runner
     * @param workerFiles what the workers find themselves; asked on callback threads
     * @param newGeneration replaces all workers, for the reason that it is given
     */
    ClassSupply(
            ProcessOptions options,
            ClassLoader loader,
            WorkerFiles.ClassPath workerFiles,
            Consumer<String> newGeneration) {
        this.hardened = options.isHardened();
        long limit = Math.max(1, options.maxPayloadBytes() - OVERHEAD_BYTES);
        this.maxBytes = (int) Math.min(limit, hardened ? MAX_HARDENED_BYTES : Integer.MAX_VALUE);
        this.workerFiles = new WorkerFiles(workerFiles);
        this.newGeneration = newGeneration;
        loaders.admit(loader);
        loaders.admit(ClassSupply.class.getClassLoader());
        loaders.admit(ClassLoader.getSystemClassLoader());
        loaders.admit(options.codec().getClass().getClassLoader());
        options.onWorkerStart()
                .ifPresent(action -> loaders.admit(action.getClass().getClassLoader()));
        options.onWorkerStop()
                .ifPresent(action -> loaders.admit(action.getClass().getClassLoader()));
    }

    /** Code is about to be submitted. */
    void submitting(Object code) {
        ClassLoader loader = code.getClass().getClassLoader();
        boolean isNew = loaders.admit(loader);
        boolean moved = loaders.promote(loader);
        if (loaders.admit(Thread.currentThread().getContextClassLoader()) || isNew || (moved && contested)) {
            loadersChanged = true;
        }
    }

    /** An object of this class travels to a worker. */
    void encoded(Class<?> type) {
        if (loaders.admit(type.getClassLoader())) {
            loadersChanged = true;
        }
    }

    /**
     * A task is about to be queued whose code this loader has loaded.
     *
     * @param end of the task, in whatever way
     */
    void entering(@Nullable ClassLoader loader, Supplier<CompletionStage<?>> end) {
        Known known = loaders.find(loader);
        if (known != null) {
            boolean isFirst =
                    known.enter(); // before contested is read: whoever delivers meanwhile writes that first, and
            // then looks
            // here
            end.get().whenComplete((how, failure) -> known.leave());
            if (isFirst && contested) {
                loadersChanged = true;
            }
        }
    }

    /**
     * Work is about to be queued: if workers have classes that are not those of this JVM any more, they are replaced before.
     * Runs code of class loaders if there are any that may have changed.
     */
    void queueing() {
        boolean all = loadersChanged;
        if (all) {
            loadersChanged = false; // first: who changes them from now on is the next one to look
        }
        generations.check(all, this::readAgain, this::outdate);
    }

    private @Nullable Content readAgain(String name, boolean mayChange) {
        if (isReadingAgain.get() != null) {
            return null; // a loader that submits when it is asked would be asked for ever
        }
        isReadingAgain.set(true);
        try {
            return new Answer(new Lookup(0, name, false)).first(!mayChange);
        } finally {
            isReadingAgain.remove();
        }
    }

    private void outdate(Set<String> changed) {
        changed.forEach(cache::forget);
        String first = changed.iterator().next();
        String className =
                first.substring(0, first.length() - CLASS_FILE.length()).replace('/', '.');
        newGeneration.accept("class " + className
                + (changed.size() == 1 ? " is" : " and " + (changed.size() - 1) + " more are")
                + " not what it was when workers got it");
    }

    synchronized ClassSupplyStats stats() {
        return new ClassSupplyStats(classes, resources, bytes, cacheHits);
    }

    /** Answers a question; runs code of class loaders. */
    Found find(Lookup lookup) {
        Answer answer = new Answer(lookup);
        try {
            if (lookup.all()) {
                answer.findAll();
            } else {
                answer.findFirst();
            }
        } catch (Throwable t) { // the user's, and may throw anything
            answer.found.clear();
            answer.obstacles.add("looking for it failed: " + t);
        }
        return answer.toMessage();
    }

    private synchronized void count(boolean isClass, List<Content> found, int known) {
        if (isClass) {
            classes += found.size();
        } else {
            resources += found.size();
        }
        for (Content content : found) {
            bytes += content.bytes().length();
        }
        cacheHits += known;
    }

    /** The search for one name; used by one thread. */
    private final class Answer {

        private final Lookup lookup;
        private final String name;
        private final boolean isClass;
        private final List<Content> found = new ArrayList<>();
        private final List<String> obstacles = new ArrayList<>();
        private final List<String> asked = new ArrayList<>();
        private int known;

        Answer(Lookup lookup) {
            this.lookup = lookup;
            this.name = lookup.name();
            this.isClass = name.endsWith(CLASS_FILE) && !lookup.all();
        }

        void findFirst() {
            if (hardened && !isClass) {
                return;
            }
            Content content = first(isClass);
            if (content != null) {
                found.add(content);
                if (isClass && generations.deliver(name, content)) {
                    outdate(Set.of(name));
                }
                if (isClass && isDisputed(content)) {
                    found.clear();
                }
            }
        }

        /**
         * Whether tasks are under way from another loader, which has a different class of this name. A worker has one class of a
         * name, so one of the tasks would run with the other's. The worker that asked does not get over it: it is replaced.
         *
         * <p>Whether loaders differ at all is found out on the way, once for each class, for those that are not in use now may be so soon.
         */
        private boolean isDisputed(Content content) {
            boolean isNew = known == 0;
            List<Known> candidates = loaders.inOrder();
            for (Known candidate : candidates) {
                ClassLoader loader = candidate.loader();
                boolean isItsOwn = cache.get(candidate, name) == content;
                if (loader == null || isItsOwn || !(candidate.isInUse() || (isNew && !contested))) {
                    continue;
                }
                Content other = tryToRead(loader);
                if (other != null && !other.digest().equals(content.digest())) {
                    contested = true; // before it is asked who is in use, see entering()
                    if (candidate.isInUse()) {
                        dispute(candidates.get(0).loader(), loader);
                        return true;
                    }
                }
            }
            return false;
        }

        private void dispute(@Nullable ClassLoader one, ClassLoader other) {
            obstacles.add("tasks of two class loaders are under way that have different classes of this name, "
                    + describe(one)
                    + " and " + describe(other)
                    + ". Wait for the tasks of one before you submit those of the other, or open a runner for each");
            newGeneration.accept("it asked for a class that is different in two class loaders: " + name);
        }

        /** What the first loader has that has something; null if none has, or it cannot be sent. */
        @Nullable
        Content first(boolean cached) {
            for (Known candidate : loaders.inOrder()) {
                ClassLoader loader = candidate.loader();
                Content content = loader != null && cached ? cache.get(candidate, name) : null;
                if (content != null) {
                    known++;
                } else if (loader != null) {
                    content = tryToRead(loader);
                    content = content != null && cached ? cache.put(candidate, name, content) : content;
                }
                if (content != null) {
                    return content;
                }
            }
            return null;
        }

        void findAll() throws IOException {
            if (hardened) {
                return;
            }
            Map<String, URL> urls = new LinkedHashMap<>();
            for (Known candidate : loaders.inOrder()) {
                ClassLoader loader = candidate.loader();
                if (loader != null) {
                    Enumeration<URL> more = loader.getResources(name);
                    while (more.hasMoreElements()) {
                        URL url = more.nextElement();
                        urls.putIfAbsent(url.toString(), url);
                    }
                }
            }
            long left = maxBytes;
            for (URL url : urls.values()) {
                if (!workerFiles.leadTo(url, name)) {
                    Content content = read(url, (int) left);
                    if (content == null) {
                        found.clear();
                        return;
                    }
                    found.add(content);
                    left -= content.bytes().length();
                }
            }
        }

        /** The same, but a loader that fails is one that has nothing: others may have it. */
        private @Nullable Content tryToRead(ClassLoader loader) {
            try {
                return read(loader);
            } catch (Throwable t) { // the user's, and may throw anything
                obstacles.add("looking for it failed: " + t);
                return null;
            }
        }

        /** What one loader has, null if nothing that can be sent. */
        private @Nullable Content read(ClassLoader loader) throws IOException {
            URL url = loader.getResource(name);
            if (url != null && isOfTheJdk(url)) {
                obstacles.add(
                        "it belongs to the JDK of the JVM that started the worker, and the worker's JDK lacks it");
                return null;
            }
            // the loader's own way first: it may know no URL, and has its jars open already
            try (InputStream content = loader.getResourceAsStream(name)) {
                if (content != null) {
                    return read(content, maxBytes, url == null || !isOfFile(url));
                }
            }
            if (url != null) {
                return read(url, maxBytes);
            }
            asked.add(describe(loader));
            return null;
        }

        private @Nullable Content read(URL url, int limit) throws IOException {
            URLConnection connection = url.openConnection();
            connection.setUseCaches(false); // would keep a jar open for ever
            try (InputStream content = connection.getInputStream()) {
                return read(content, limit, !isOfFile(url));
            }
        }

        private @Nullable Content read(InputStream content, int limit, boolean mayChange) throws IOException {
            byte[] read = content.readNBytes(limit);
            if (content.read() >= 0) {
                obstacles.add("it is larger than what may be sent at once, " + maxBytes + " bytes"
                        + (hardened ? "" : ": raise maxPayload"));
                return null;
            }
            return Content.of(read, mayChange);
        }

        Found toMessage() {
            List<Slice> contents = new ArrayList<>();
            for (Content content : found) {
                contents.add(content.bytes());
            }
            count(isClass, found, known);
            return new Found(lookup.lookupId(), contents, contents.isEmpty() ? reason() : "");
        }

        private String reason() {
            if (!isClass || !obstacles.isEmpty()) {
                return String.join("; ", obstacles);
            }
            return "none of the class loaders that its tasks came from has a resource " + name + " (asked: "
                    + String.join(", ", asked)
                    + "). Add the jar with the class to the class path of this JVM, or name it"
                    + " in classPath(..); a class loader that makes classes in memory must serve their class files too:"
                    + " override its findResource or getResourceAsStream";
        }
    }

    /** Whether its bytes are in a file, which nobody changes while an application runs. */
    private static boolean isOfFile(URL url) {
        return FILE_PROTOCOLS.contains(url.getProtocol());
    }

    private static boolean isOfTheJdk(URL url) {
        return url.getProtocol().equals("jrt")
                && (url.getPath().startsWith("/java.") || url.getPath().startsWith("/jdk."));
    }

    private static String describe(@Nullable ClassLoader loader) {
        if (loader == null) {
            return "one that is gone";
        }
        String type = loader.getClass().getName();
        String name = loader.getName();
        boolean isOurs = type.startsWith("jdk.internal.") || loader.getClass() == URLClassLoader.class;
        String shortType = isOurs ? loader.getClass().getSimpleName() : type;
        return name == null ? shortType : shortType + " '" + name + "'";
    }
}

package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Lookup;
import dev.tandem.internal.protocol.Slice;
import java.io.IOException;
import java.net.URL;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads what is not on this worker's class path from the JVM that started it, class by class.
 *
 * <p>The class path comes first, as always: what is there is never asked for. A class file is a resource like any other; what
 * is a class is known on this side only. Classes are remembered by the JVM, resources by nobody; but see {@link Absences}.
 *
 * <p>It is the context class loader of the thread that runs tasks, hence of the threads that they start, and it finds the
 * classes of what is decoded. Safe for use by any number of threads; each waits for its own class only.
 */
final class SuppliedClassLoader extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    private final Lookups lookups;
    private final Absences absences = new Absences();

    // --- written by whoever comes first
    private volatile @Nullable ProtectionDomain domain;

    SuppliedClassLoader(Lookups lookups) {
        super("tandem-supplied", getSystemClassLoader());
        this.lookups = lookups;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        if (name.startsWith("java.") || !Lookup.isName(file)) {
            throw new ClassNotFoundException(name);
        }
        Found found = lookups.ask(file, false);
        if (found.contents().isEmpty()) {
            throw new ClassNotFoundException(name + MissingClassNote.MARK + MissingClassNote.classPath()
                    + ", and the JVM that started it cannot supply it: " + found.reason());
        }
        Slice bytes = found.contents().get(0);
        definePackageOf(name);
        return defineClass(name, bytes.array(), bytes.offset(), bytes.length(), domain());
    }

    @Override
    protected @Nullable URL findResource(String name) {
        List<URL> found = find(name, false);
        return found.isEmpty() ? null : found.get(0);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        return Collections.enumeration(find(name, true));
    }

    private List<URL> find(String name, boolean all) {
        if (!Lookup.isName(name) || absences.knows(name, all)) {
            return List.of();
        }
        Found found = lookups.ask(name, all);
        List<URL> urls = new ArrayList<>();
        for (Slice content : found.contents()) {
            urls.add(SuppliedResource.url(name, urls.size(), content, this));
        }
        if (urls.isEmpty() && found.reason().isEmpty()) {
            absences.add(name, all);
        } else if (urls.isEmpty()) {
            urls.add(SuppliedResource.unreadable(name, found.reason(), this));
        }
        return urls;
    }

    /** The content of a resource that was found by a name relative to another one. */
    Slice read(String name) throws IOException {
        Found found = Lookup.isName(name) ? lookups.ask(name, false) : new Found(0, List.of(), "that is no name");
        if (found.contents().isEmpty()) {
            throw new IOException("resource " + name + " cannot be supplied by the JVM that started this worker: "
                    + (found.reason().isEmpty() ? "it is not there" : found.reason()));
        }
        return found.contents().get(0);
    }

    private void definePackageOf(String className) {
        int dot = className.lastIndexOf('.');
        String name = dot < 0 ? "" : className.substring(0, dot);
        if (dot >= 0 && getDefinedPackage(name) == null) {
            try {
                definePackage(name, null, null, null, null, null, null, null);
            } catch (IllegalArgumentException e) {
                // another thread was faster
            }
        }
    }

    /** Says where the classes come from, to whoever asks one of them. */
    private ProtectionDomain domain() {
        ProtectionDomain known = domain;
        if (known == null) {
            URL place = SuppliedResource.url("", 0, Slice.of(new byte[0]), this);
            known = new ProtectionDomain(new CodeSource(place, (Certificate[]) null), null, this, null);
            domain = known;
        }
        return known;
    }
}

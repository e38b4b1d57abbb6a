package dev.tandem.ipc;

import java.io.Externalizable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Which classes a decoder may make objects of, when the peer is not trusted.
 *
 * <p>A class is judged by its name before it is loaded, and once more when it is there. It passes if
 *
 * <ul>
 *   <li>it is one of the JDK's values, collections or exceptions that do no harm, a primitive type, or an array of what passes;
 *   <li>a pattern names it, given by the caller or by a file {@value #RESOURCE} that the loader sees;
 *   <li>it comes from the same jar or directory as a class of the {@linkplain #allowCodeOf application}.
 * </ul>
 *
 * <p>All else is refused. Lambdas, dynamic proxies and {@link Externalizable} classes are refused whoever names them.
 *
 * <p>Safe for use by any number of threads. It only grows; what was allowed once stays so.
 */
public final class AllowList {

    /** The name of the files that a jar may bring: UTF-8, one type a line, what follows a {@code #} is a comment. */
    public static final String RESOURCE = "META-INF/tandem/allowed-types";

    private final boolean recording;
    private final TypePatterns patterns;
    private final CodeSources application = new CodeSources();
    private final Set<String> needed = new ConcurrentSkipListSet<>();
    private final ConcurrentSkipListMap<String, String> hopeless = new ConcurrentSkipListMap<>();

    private AllowList(boolean recording, TypePatterns patterns) {
        this.recording = recording;
        this.patterns = patterns;
    }

    /**
     * A list of the base, of patterns, and of what the files of a loader say.
     *
     * @param patterns {@code com.acme.Invoice}, {@code com.acme.*} for a package, {@code com.acme.**} for its subpackages too
     * @param resources the loader whose files {@value #RESOURCE} are read, each line a pattern
     * @return a list that refuses all else
     * @throws IllegalArgumentException if a pattern is none, or takes in whole packages of the JDK
     * @throws UncheckedIOException if a file cannot be read
     */
    public static AllowList of(Collection<String> patterns, ClassLoader resources) {
        List<String> all = new ArrayList<>(patterns);
        try {
            all.addAll(AllowedTypesFile.readAll(RESOURCE, resources));
        } catch (IOException e) {
            throw new UncheckedIOException("a file " + RESOURCE + " cannot be read", e);
        }
        return new AllowList(false, TypePatterns.of(all));
    }

    /**
     * A list that lets everything pass and remembers what one without patterns would have refused.
     *
     * @return a list for tests, to be {@linkplain #writeTo written} when they are over
     */
    public static AllowList recording() {
        return new AllowList(true, TypePatterns.NONE);
    }

    /**
     * Checks how a pattern is written.
     *
     * @param pattern as {@link #of} takes it
     * @throws IllegalArgumentException if it is none, or takes in whole packages of the JDK
     */
    public static void checkPattern(String pattern) {
        TypePatterns.check(pattern);
    }

    /**
     * Allows all classes that come from the same jar or directory as this one. A class of the JDK allows nothing more.
     *
     * @param type a class of the application
     */
    public void allowCodeOf(Class<?> type) {
        application.add(type);
    }

    /**
     * What was needed so far, if this list is {@linkplain #recording() recording}.
     *
     * @return the names of classes, sorted; a copy
     */
    public SortedSet<String> needed() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(needed));
    }

    /**
     * Adds what was {@linkplain #needed() needed} to a file that {@link #of} reads as {@value #RESOURCE}: sorted, one name a
     * line, in one step. What the file says already is kept. What no list can allow is added as a comment.
     *
     * @param file the file, which need not exist
     * @throws IOException if it cannot be read or written
     */
    public void writeTo(Path file) throws IOException {
        List<String> remarks = hopeless.entrySet().stream()
                .map(entry -> "# refused whoever allows it: " + entry.getKey() + " (" + entry.getValue() + ")")
                .toList();
        AllowedTypesFile.merge(file, needed, remarks);
    }

    boolean isRecording() {
        return recording;
    }

    /**
     * Lets a name pass or not, before anything is loaded.
     *
     * @param name as a class descriptor has it: {@code com.acme.Invoice}, {@code [Lcom.acme.Invoice;}, {@code int}
     * @param loader who would be asked for the class
     */
    void demand(String name, ClassLoader loader) throws RefusedClassException {
        if (recording) {
            return;
        }
        String element = elementOf(name);
        if (isLambda(element)) {
            throw new RefusedClassException(element, hopeless("A lambda or a method reference", "a lambda"));
        }
        if (!isPrimitive(name, element) && !isListed(element) && !application.wouldHold(element, loader)) {
            throw new RefusedClassException(element, notListed(element));
        }
    }

    void demandNoProxy(String[] interfaces) throws RefusedClassException {
        String of = String.join(", ", interfaces);
        if (recording) {
            hopeless.put(of, "a dynamic proxy");
            return;
        }
        throw new RefusedClassException(Proxy.class.getName(), hopeless("A dynamic proxy of " + of, "a proxy"));
    }

    /** Why a class that was loaded may not be used, null if it may. */
    @Nullable
    String refusal(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        String name = element.getName();
        if (element.isPrimitive() || BaseTypes.contain(name)) {
            return null;
        }
        if (recording) {
            note(element);
            return null;
        }
        if (element.isHidden() || isLambda(name)) {
            return hopeless("A lambda or a method reference", "a lambda");
        }
        if (Externalizable.class.isAssignableFrom(element)) {
            return hopeless("Class " + name + ", which is java.io.Externalizable,", "an Externalizable");
        }
        return patterns.match(name) || application.hold(element) ? null : notListed(name);
    }

    private void note(Class<?> element) {
        if (element.isHidden() || isLambda(element.getName())) {
            hopeless.put("lambdas", "send a record instead");
        } else if (Externalizable.class.isAssignableFrom(element)) {
            hopeless.put(element.getName(), "java.io.Externalizable");
        } else if (!Proxy.isProxyClass(element)) {
            needed.add(element.getName());
        }
    }

    private boolean isListed(String name) {
        return BaseTypes.contain(name) || patterns.match(name);
    }

    private static boolean isLambda(String name) {
        return name.equals(LambdaCall.class.getName()) || name.equals("java.lang.invoke.SerializedLambda");
    }

    private static boolean isPrimitive(String name, String element) {
        boolean isArray = name.startsWith("[");
        return isArray ? element.length() == 1 : ClassResolver.primitive(name) != null;
    }

    /** The class that an array is made of, by name; of what is no array, or no name at all, the name itself. */
    private static String elementOf(String name) {
        int dimensions = 0;
        while (dimensions < name.length() && name.charAt(dimensions) == '[') {
            dimensions++;
        }
        boolean isOfObjects = dimensions > 0 && name.startsWith("L", dimensions) && name.endsWith(";");
        return isOfObjects ? name.substring(dimensions + 1, name.length() - 1) : name.substring(dimensions);
    }

    private static String hopeless(String what, String kind) {
        return what + " was refused: whatever is allowed, " + kind
                + " is never decoded from a peer that is not trusted. Send a record or an ordinary Serializable instead";
    }

    private static String notListed(String name) {
        String advice = name.equals("java.net.URL")
                ? " Better send a java.net.URI: a URL asks the network when it is hashed."
                : "";
        return "Class " + name
                + " is on no allow-list and was refused by its name: if the peer may send it, add .allow(\"" + name
                + "\") to the options, or the line " + name + " to " + RESOURCE + " on the class path." + advice;
    }
}

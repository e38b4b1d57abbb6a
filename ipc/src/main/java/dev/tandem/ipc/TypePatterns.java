package dev.tandem.ipc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of classes as an allow-list has them: {@code com.acme.Invoice} is one class, {@code com.acme.*} all of a package,
 * {@code com.acme.**} those of its subpackages too. Nested classes have names of their own: {@code com.acme.Order$Line}.
 *
 * <p>Immutable.
 */
final class TypePatterns {

    static final TypePatterns NONE = new TypePatterns(List.of());

    private static final String SUBTREE = ".**";
    private static final String PACKAGE = ".*";
    private static final Pattern WRITTEN =
            Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*");

    /** What is in there was never meant to be listed by the dozen. */
    private static final List<String> OF_THE_JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

    private final Set<String> names = new HashSet<>();
    private final Set<String> packages = new HashSet<>();
    private final List<String> subtrees = new ArrayList<>();

    private TypePatterns(Collection<String> patterns) {
        for (String pattern : patterns) {
            if (pattern.endsWith(SUBTREE)) {
                subtrees.add(pattern.substring(0, pattern.length() - 2));
            } else if (pattern.endsWith(PACKAGE)) {
                packages.add(pattern.substring(0, pattern.length() - PACKAGE.length()));
            } else {
                names.add(pattern);
            }
        }
    }

    /**
     * Reads patterns.
     *
     * @throws IllegalArgumentException if one of them is none
     */
    static TypePatterns of(Collection<String> patterns) {
        patterns.forEach(TypePatterns::check);
        return new TypePatterns(patterns);
    }

    static void check(String pattern) {
        boolean isWild = pattern.endsWith(SUBTREE) || pattern.endsWith(PACKAGE);
        String name = isWild ? pattern.substring(0, pattern.lastIndexOf('.')) : pattern;
        if (!WRITTEN.matcher(name).matches()) {
            throw new IllegalArgumentException("an allowed type must be written as com.acme.Invoice, com.acme.* or"
                    + " com.acme.**: '" + pattern + "'");
        }
        if (isWild && OF_THE_JDK.stream().anyMatch((name + ".")::startsWith)) {
            throw new IllegalArgumentException(
                    "an allowed type of the JDK must be named in full, since many others do harm"
                            + " when they are decoded: '" + pattern + "'");
        }
    }

    boolean match(String className) {
        if (names.contains(className)) {
            return true;
        }
        int dot = className.lastIndexOf('.');
        if (dot > 0 && packages.contains(className.substring(0, dot))) {
            return true;
        }
        for (String subtree : subtrees) {
            if (className.startsWith(subtree)) {
                return true;
            }
        }
        return false;
    }
}

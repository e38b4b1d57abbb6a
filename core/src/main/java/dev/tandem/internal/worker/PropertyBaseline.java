package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Finding;
import dev.tandem.internal.protocol.Finding.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The system properties as a task finds them, put back after it.
 *
 * <p>Comparing costs half a microsecond and takes no copy and no lock. Objects that are no strings are never asked anything,
 * since their {@code hashCode} is code of the user's. Reports name the properties and keep their values to themselves, which
 * may be secret. Used by the task thread only.
 */
final class PropertyBaseline {

    private static final int MAX_NAMES = 8; // in one report

    /** Set by the JVM itself, at any time: by whoever attaches to it. */
    private static final Set<String> NOBODYS =
            Set.of("com.sun.management.jmxremote.localConnectorAddress", "intellij.debug.agent");

    private final Properties original = System.getProperties();
    private final Map<String, Object> expected = new HashMap<>();

    // Mutable state of the task thread: what was found when all was as expected, one after the other; empty if that is
    // not so any more.
    private Object[] asExpected = new Object[0];

    PropertyBaseline() {
        for (Map.Entry<Object, Object> entry : original.entrySet()) {
            if (entry.getKey() instanceof String name) {
                expected.put(name, entry.getValue());
            }
        }
    }

    /** What a property is to be; null if it is to be absent. */
    @Nullable
    Object expected(String name) {
        return expected.get(name);
    }

    /** From now on this is what the property is to be. */
    void expect(String name, @Nullable Object value) {
        asExpected = new Object[0];
        if (value == null) {
            expected.remove(name);
        } else {
            expected.put(name, value);
        }
    }

    /** Puts back the whole set, if it was replaced: whatever is in its place may be a class of the user's. */
    void reinstate(List<Finding> findings) {
        if (System.getProperties() != original) {
            System.setProperties(original);
            findings.add(new Finding(Kind.PROPERTIES, true, "System.setProperties was called"));
        }
    }

    /** Puts back what was changed in it, and tells which. */
    void restore(List<Finding> findings) {
        if (!isAsFoundBefore() && !isAsExpected()) {
            asExpected = new Object[0];
            List<String> changed = repair();
            if (!changed.isEmpty()) {
                findings.add(new Finding(Kind.PROPERTIES, true, "system properties: " + text(changed)));
            }
        }
    }

    /** Whether the same objects follow each other, which is the case as long as nothing was changed; else more must be asked. */
    private boolean isAsFoundBefore() {
        Object[] found = asExpected;
        int place = 0;
        for (Map.Entry<Object, Object> entry : original.entrySet()) {
            if (place == found.length || entry.getKey() != found[place] || entry.getValue() != found[place + 1]) {
                return false;
            }
            place += 2;
        }
        return place > 0 && place == found.length;
    }

    private boolean isAsExpected() {
        List<Object> found = new ArrayList<>(2 * expected.size());
        for (Map.Entry<Object, Object> entry : original.entrySet()) {
            if (!isAsExpected(entry)) {
                return false;
            }
            found.add(entry.getKey());
            found.add(entry.getValue());
        }
        boolean isAll = found.size() == 2 * expected.size();
        asExpected = isAll ? found.toArray() : new Object[0];
        return isAll;
    }

    private boolean isAsExpected(Map.Entry<Object, Object> entry) {
        if (!(entry.getKey() instanceof String name)) {
            return false;
        }
        Object found = entry.getValue();
        Object wanted = expected.get(name);
        return found == wanted || (found instanceof String && found.equals(wanted));
    }

    private List<String> repair() {
        List<String> changed = new ArrayList<>();
        boolean foreign = false;
        for (Map.Entry<Object, Object> entry : List.copyOf(original.entrySet())) {
            if (!(entry.getKey() instanceof String name)) {
                foreign = true;
            } else if (NOBODYS.contains(name)) {
                expected.put(name, entry.getValue());
            } else if (!isAsExpected(entry)) {
                changed.add(name);
            }
        }
        for (String name : expected.keySet()) {
            if (original.get(name) == null) {
                changed.add(name);
            }
        }
        if (foreign) {
            original.clear(); // taking one out would ask it for its hash code
            original.putAll(expected);
            changed.add("keys that are no strings");
        } else {
            changed.forEach(this::putBack);
        }
        Collections.sort(changed);
        return changed;
    }

    private void putBack(String name) {
        Object wanted = expected.get(name);
        if (wanted == null) {
            original.remove(name);
        } else {
            original.put(name, wanted);
        }
    }

    private static String text(List<String> changed) {
        List<String> shown = changed.subList(0, Math.min(MAX_NAMES, changed.size()));
        String more = changed.size() > shown.size() ? " and " + (changed.size() - shown.size()) + " more" : "";
        return String.join(", ", shown) + more;
    }
}

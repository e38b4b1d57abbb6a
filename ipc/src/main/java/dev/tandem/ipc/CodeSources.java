package dev.tandem.ipc;

import java.net.URL;
import java.security.CodeSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The jars and directories that an application's own classes come from.
 *
 * <p>Where a class would come from is asked of its loader by the place of its class file, so that nothing is loaded to find
 * out. A loader that lies about that, or knows no files, is found out by the class itself once it is loaded. Safe for use by
 * any number of threads; places are only added.
 */
final class CodeSources {

    private final Set<String> places = ConcurrentHashMap.newKeySet();

    /** Adds the place of a class; that of the JDK, and a class without one, adds nothing. */
    void add(Class<?> type) {
        String place = placeOf(type);
        if (place != null && !place.startsWith("jrt:/java.") && !place.startsWith("jrt:/jdk.")) {
            places.add(place);
        }
    }

    /** Whether a loaded class comes from one of these places. */
    boolean hold(Class<?> type) {
        String place = placeOf(type);
        return place != null && places.contains(place);
    }

    /** Whether the loader would load a class from one of these places. */
    boolean wouldHold(String className, ClassLoader loader) {
        if (places.isEmpty()) {
            return false;
        }
        String path = className.replace('.', '/') + ".class";
        URL found = loader.getResource(path);
        if (found == null) {
            return false;
        }
        String file = found.toString();
        for (String place : places) {
            String root = place.endsWith("/") ? place : "jar:" + place + "!/";
            if (file.startsWith(root) && file.endsWith(path)) {
                return true;
            }
            if (file.equals(place + "/" + path)) { // a module of a run-time image
                return true;
            }
        }
        return false;
    }

    private static @Nullable String placeOf(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? null
                : source.getLocation().toString();
    }
}

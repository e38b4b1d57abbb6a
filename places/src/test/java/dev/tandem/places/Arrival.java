package dev.tandem.places;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a user's classes came to the worker.
 *
 * @param way in words
 * @param supplied what came over the wire, as the runner counts it
 */
record Arrival(String way, String supplied) {

    static final String CLASS_PATH = "class path";
    static final String WRITTEN = "written to disk";
    static final String IMAGE = "run-time image";
    static final String WIRE = "over the wire";

    private static final Pattern SUPPLIED = Pattern.compile("supplied=ClassSupplyStats\\[([^]]*)]");

    static Arrival of(String origin, String stats) {
        Matcher supplied = SUPPLIED.matcher(stats);
        String way = CLASS_PATH;
        if (origin.startsWith("SuppliedClassLoader ")) {
            way = WIRE;
        } else if (origin.contains("/tandem-run-")) {
            way = WRITTEN;
        } else if (origin.endsWith(" of jrt:/shop")) {
            way = IMAGE;
        }
        return new Arrival(way, supplied.find() ? supplied.group(1) : "not counted");
    }
}

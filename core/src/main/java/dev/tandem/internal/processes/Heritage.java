package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a worker takes over from this JVM, as it is when the worker starts: what all code depends on and nobody thinks of.
 *
 * <p>It becomes system properties of the worker's command line, so that it holds before any class of the user's is loaded, and is
 * what tasks are put back to. What the user sets wins: one property of the locale stands for the whole locale.
 *
 * <p>Immutable.
 *
 * @param charset the default charset; what a worker prints is read in it too
 * @param locale the default locale
 * @param display the one for texts
 * @param format the one for numbers and dates
 * @param timeZone the default time zone
 * @param properties the system properties
 */
record Heritage(
        Charset charset, Locale locale, Locale display, Locale format, TimeZone timeZone, Properties properties) {

    private static final Set<String> LOCALE_PARTS =
            Set.of("language", "script", "country", "variant", "extensions", "region");
    private static final String HEADLESS = "java.awt.headless";
    private static final String TIME_ZONE = "user.timezone";
    private static final int MINUTE_MILLIS = 60_000;
    private static final int MINUTES_PER_DAY = 24 * 60; // a JVM takes a longer distance for none, without a word

    /** That of this JVM. */
    static Heritage ofThisJvm() {
        return new Heritage(
                Charset.defaultCharset(),
                Locale.getDefault(),
                Locale.getDefault(Locale.Category.DISPLAY),
                Locale.getDefault(Locale.Category.FORMAT),
                TimeZone.getDefault(),
                System.getProperties());
    }

    /** What all code of a worker with these options depends on, but for what the user set to a value. */
    Map<String, String> basics(ProcessOptions options) {
        Set<String> chosen = chosenBy(options);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("file.encoding", charset.name());
        all.put("stdout.encoding", charset.name());
        all.put("stderr.encoding", charset.name());
        if (chosen.stream().noneMatch(Heritage::isOfTheLocale)) {
            putLocale(all);
        }
        putTimeZone(all);
        all.put(HEADLESS, "false".equals(properties.getProperty(HEADLESS)) ? "false" : "true");
        all.keySet().removeAll(chosen);
        return all;
    }

    /** What it would take over and cannot, with what to do; empty if that is nothing. */
    Optional<String> omission(ProcessOptions options) {
        return toldTimeZone() != null || chosenBy(options).contains(TIME_ZONE)
                ? Optional.empty()
                : Optional.of("workers have the time zone of the system: no command line can describe "
                        + timeZone.getID() + " of this JVM; set it in onWorkerStart");
    }

    /** What was named to be taken over, but for what the user set to a value. */
    Map<String, String> inherited(ProcessOptions options) {
        Map<String, String> all = new LinkedHashMap<>();
        options.inheritedProperties().forEach(name -> putInherited(name, all));
        all.keySet().removeAll(chosenBy(options));
        return all;
    }

    private static Set<String> chosenBy(ProcessOptions options) {
        Set<String> chosen = new TreeSet<>(options.systemProperties().keySet());
        for (String flag : options.jvmArgs()) {
            if (flag.startsWith("-D")) {
                chosen.add(flag.substring(2).split("=", 2)[0]);
            }
        }
        return chosen;
    }

    private static boolean isOfTheLocale(String property) {
        String[] parts = property.split("\\.", 3);
        return parts.length > 1 && parts[0].equals("user") && LOCALE_PARTS.contains(parts[1]);
    }

    private void putLocale(Map<String, String> all) {
        put(locale, "", all);
        if (!display.equals(locale)) {
            put(display, ".display", all);
        }
        if (!format.equals(locale)) {
            put(format, ".format", all);
        }
    }

    /** Empty parts too: else the JVM would take them from the environment. */
    private static void put(Locale locale, String category, Map<String, String> all) {
        all.put("user.language" + category, locale.getLanguage());
        all.put("user.script" + category, locale.getScript());
        all.put("user.country" + category, locale.getCountry());
        all.put("user.variant" + category, locale.getVariant());
        if (locale.hasExtensions()) {
            all.put("user.extensions" + category, extensions(locale.getExtensionKeys(), locale));
        }
    }

    private static String extensions(Collection<Character> keys, Locale locale) {
        // private use, which swallows all that follows it, has the last key
        return keys.stream()
                .sorted((a, b) -> a == 'x' ? 1 : b == 'x' ? -1 : a.compareTo(b))
                .map(key -> key + "-" + locale.getExtension(key))
                .collect(Collectors.joining("-"));
    }

    private void putTimeZone(Map<String, String> all) {
        String told = toldTimeZone();
        if (told != null) {
            all.put(TIME_ZONE, told);
        }
    }

    /** A zone has a name that tells it, or is a distance in minutes; another one no command line can describe. */
    private @Nullable String toldTimeZone() {
        String id = timeZone.getID();
        if (TimeZone.getTimeZone(id).hasSameRules(timeZone)) {
            return id;
        }
        int offset = timeZone.getRawOffset();
        int minutes = Math.abs(offset / MINUTE_MILLIS);
        if (timeZone.useDaylightTime() || offset % MINUTE_MILLIS != 0 || minutes >= MINUTES_PER_DAY) {
            return null;
        }
        return String.format(Locale.ROOT, "GMT%s%02d:%02d", offset < 0 ? "-" : "+", minutes / 60, minutes % 60);
    }

    private void putInherited(String pattern, Map<String, String> all) {
        boolean isPrefix = pattern.endsWith("*");
        String start = isPrefix ? pattern.substring(0, pattern.length() - 1) : pattern;
        Predicate<String> matches = isPrefix ? name -> name.startsWith(start) : start::equals;
        for (String name : new TreeSet<>(properties.stringPropertyNames())) {
            String value = matches.test(name) ? properties.getProperty(name) : null;
            if (value != null && value.indexOf('\0') < 0 && !name.isEmpty() && name.indexOf('=') < 0) {
                all.put(name, value);
            }
        }
    }
}

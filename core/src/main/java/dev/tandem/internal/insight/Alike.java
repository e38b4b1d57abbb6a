package dev.tandem.internal.insight;

import dev.tandem.internal.insight.Story.Attempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Failed attempts whose first lines differ in their numbers alone. Their common line has those numbers in which they agree; what differs is blank, so that nothing
 * is said of all that is true of the first alone. Used by one thread.
 */
final class Alike {

    private static final String FAILED = " failed: ";
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final String BLANK = "…";

    private final Attempt first;
    private final String firstLine;
    private final List<String> numbers; // those in the first line; blank where others have another
    private long tasks;

    private Alike(Attempt first, String line) {
        this.first = first;
        this.firstLine = line;
        this.numbers = numbers(line);
    }

    /** All failures of these attempts, those that are alike together, in the order of the first of each kind. */
    static Collection<Alike> of(List<Attempt> failed) {
        Map<String, Alike> kinds = new LinkedHashMap<>();
        for (Attempt attempt : failed) {
            String line = withoutTask(Charts.firstLine(String.valueOf(attempt.failure())));
            kinds.computeIfAbsent(NUMBER.matcher(line).replaceAll(BLANK), kind -> new Alike(attempt, line))
                    .add(attempt, line);
        }
        return kinds.values();
    }

    private void add(Attempt attempt, String line) {
        tasks += attempt.task().inputs() - attempt.succeeded();
        List<String> others = numbers(line);
        for (int i = 0; i < numbers.size(); i++) {
            if (!numbers.get(i).equals(others.get(i))) {
                numbers.set(i, BLANK);
            }
        }
    }

    private static List<String> numbers(String line) {
        List<String> all = new ArrayList<>();
        Matcher found = NUMBER.matcher(line);
        while (found.find()) {
            all.add(found.group());
        }
        return all;
    }

    /** The first line without the name of the task and, if another line says how it failed, of its worker. */
    private static String withoutTask(String line) {
        int failed = line.indexOf(FAILED);
        return failed >= 0
                ? line.substring(failed + FAILED.length())
                : line.replaceAll("^task \\d+.*?\\(attempt \\d+\\)( on worker \\d+ \\(pid \\d+\\))? ?", "");
    }

    /** What is true of all. */
    String line() {
        int[] at = {0};
        return NUMBER.matcher(firstLine).replaceAll(found -> numbers.get(at[0]++));
    }

    /** How many tasks have failed in this way; an attempt that was tried again counts, too. */
    long tasks() {
        return tasks;
    }

    /** The first of them. */
    Attempt first() {
        return first;
    }
}

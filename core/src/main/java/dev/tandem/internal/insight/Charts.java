package dev.tandem.internal.insight;

import dev.tandem.internal.insight.Story.Attempt;
import dev.tandem.internal.insight.Story.Lane;
import dev.tandem.internal.insight.Story.Life;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws: what ran on each worker, how much ran and waited over time, and bars of shares.
 *
 * <p>Few tasks are drawn one by one and say what they are. Many would be more than a page can hold and a screen can show: then each
 * worker's line has columns, which are the darker the more of their time it was busy, and all columns of one shade are one path.
 */
final class Charts {

    static final int COLUMNS = 1_000; // more: larger pages; fewer: short tasks are smeared
    private static final int MOST_SINGLE = 3_000;
    private static final int SHADES = 5;
    private static final int MOST_ROWS = 256;

    private final Story story;
    private final Load load;
    private final Appendable to;

    Charts(Story story, Load load, Appendable to) {
        this.story = story;
        this.load = load;
        this.to = to;
    }

    /** A line for each worker. */
    void lanes() throws IOException {
        Map<Lane, List<Attempt>> byLane = new TreeMap<>();
        for (Life life : story.workers()) {
            byLane.putIfAbsent(story.lane(life.slot(), life.pid()), new ArrayList<>());
        }
        for (Attempt attempt : story.attempts()) {
            if (attempt.hasRun()) {
                byLane.computeIfAbsent(story.lane(attempt.task().slot(), attempt.pid()), lane -> new ArrayList<>())
                        .add(attempt);
            }
        }
        boolean singly = story.attempts().size() <= MOST_SINGLE;
        int rows = 0;
        for (Map.Entry<Lane, List<Attempt>> row : byLane.entrySet()) {
            if (rows++ == MOST_ROWS) {
                to.append("<p>… and " + (byLane.size() - MOST_ROWS) + " more</p>");
                break;
            }
            to.append("<div class=lane><span>" + row.getKey() + "</span>");
            open("lane", 20);
            for (Life life : story.workers()) {
                if (story.lane(life.slot(), life.pid()).equals(row.getKey())) {
                    life(life);
                }
            }
            if (singly) {
                for (Attempt attempt : row.getValue()) {
                    single(attempt);
                }
            } else {
                columns(row.getValue());
            }
            to.append("</svg></div>\n");
        }
        axis();
    }

    private void life(Life life) throws IOException {
        double asked = x(life.askedNanos());
        double ready = x(life.readyNanos());
        if (ready > asked) {
            rect(
                    asked,
                    ready - asked,
                    7,
                    6,
                    "starting",
                    "start of pid " + life.pid() + ": " + Html.time(life.readyNanos() - life.askedNanos()));
        }
        rect(ready, x(life.endNanos()) - ready, 9, 2, "alive", "pid " + life.pid());
        if (life.how() != null && life.how() != Event.Departure.STOPPED) {
            rect(x(life.endNanos()) - 1.5, 3, 0, 20, "end", life.how() + ": " + firstLine(life.cause()));
        }
    }

    private void single(Attempt attempt) throws IOException {
        double from = x(attempt.startedNanos());
        String failure = attempt.failure();
        rect(
                from,
                Math.max(0.6, x(attempt.endedNanos()) - from),
                2,
                16,
                kind(attempt),
                attempt.title() + ", " + attempt.status() + ", " + Html.time(attempt.busyNanos())
                        + (failure == null ? "" : ": " + firstLine(failure)));
    }

    /** As a word for the style. */
    private static String kind(Attempt attempt) {
        return attempt.status().name().toLowerCase(Locale.ROOT);
    }

    private void columns(List<Attempt> attempts) throws IOException {
        double[] busy = new double[COLUMNS];
        boolean[] bad = new boolean[COLUMNS];
        double column = load.lengthNanos() / (double) COLUMNS;
        for (Attempt attempt : attempts) {
            double from = (attempt.startedNanos() - load.fromNanos()) / column;
            double end = (attempt.endedNanos() - load.fromNanos()) / column;
            for (int i = (int) Math.max(0, from); i < COLUMNS && i <= end; i++) {
                busy[i] += Math.max(0, Math.min(i + 1, end) - Math.max(i, from));
                bad[i] |= attempt.isOver() && attempt.status() != dev.tandem.TaskStatus.SUCCEEDED;
            }
        }
        for (int shade = 1; shade <= SHADES; shade++) {
            StringBuilder good = new StringBuilder();
            StringBuilder failed = new StringBuilder();
            for (int i = 0; i < COLUMNS; i++) {
                int from = i;
                while (i < COLUMNS && shade(busy[i]) == shade && bad[i] == bad[from]) {
                    i++;
                }
                if (i > from) {
                    (bad[from] ? failed : good).append("M" + from + " 2h" + (i - from) + "v16h-" + (i - from) + "z");
                    i--;
                }
            }
            path(good, "succeeded", shade);
            path(failed, "failed", shade);
        }
    }

    private static int shade(double busy) {
        return busy <= 0 ? 0 : (int) Math.min(SHADES, 1 + busy * SHADES);
    }

    private void path(StringBuilder data, String kind, int shade) throws IOException {
        if (!data.isEmpty()) {
            to.append("<path class=" + kind + " opacity=\"" + (0.2 + 0.8 * shade / SHADES) + "\" d=\"" + data + "\"/>");
        }
    }

    /** How many ran or waited over time, as an area. */
    void area(double[] values, String kind, String label) throws IOException {
        double most = 0;
        for (double value : values) {
            most = Math.max(most, value);
        }
        to.append("<div class=lane><span>" + label + "<br><small>up to "
                + Html.count(Math.round(Math.ceil(most - 1e-9))) + "</small></span>");
        open("area", 100);
        StringBuilder line = new StringBuilder("M0 100");
        for (int i = 0; i < values.length; i++) {
            String y = number(100 - (most == 0 ? 0 : 98 * values[i] / most));
            double x = i * (double) COLUMNS / values.length;
            line.append("L")
                    .append(number(x))
                    .append(' ')
                    .append(y)
                    .append("H")
                    .append(number(x + (double) COLUMNS / values.length));
        }
        to.append("<path class=" + kind + " d=\"" + line + "V100z\"/></svg></div>\n");
    }

    /** Parts of a whole, side by side, and what they are. */
    void bar(List<String> labels, List<Long> parts) throws IOException {
        double whole = Math.max(1, parts.stream().mapToLong(Long::longValue).sum());
        open("bar", 20);
        double x = 0;
        for (int i = 0; i < parts.size(); i++) {
            double width = COLUMNS * parts.get(i) / whole;
            rect(x, width, 0, 20, "part" + i, labels.get(i) + ": " + Html.time(parts.get(i)));
            x += width;
        }
        to.append("</svg><ul class=legend>");
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) > 0) {
                to.append("<li><i class=part" + i + "></i>" + Html.text(labels.get(i)) + " <b>"
                        + Html.percent(parts.get(i) / whole) + "</b> " + Html.time(parts.get(i)) + "</li>");
            }
        }
        to.append("</ul>\n");
    }

    void axis() throws IOException {
        to.append("<div class=lane><span></span><div class=axis>");
        for (int i = 0; i <= 4; i++) {
            to.append("<small>" + (i == 0 ? "0" : Html.time(load.lengthNanos() / 4 * i)) + "</small>");
        }
        to.append("</div></div>\n");
    }

    private double x(long nanos) {
        double x = COLUMNS * (nanos - load.fromNanos()) / (double) load.lengthNanos();
        return Math.max(0, Math.min(COLUMNS, x));
    }

    private void open(String kind, int height) throws IOException {
        to.append("<svg class=" + kind + " viewBox=\"0 0 " + COLUMNS + " " + height
                + "\" preserveAspectRatio=\"none\" role=\"img\">");
    }

    private void rect(double x, double width, int y, int height, String kind, String title) throws IOException {
        if (width > 0) {
            to.append("<rect class=" + kind + " x=\"" + number(x) + "\" y=\"" + y + "\" width=\"" + number(width)
                    + "\" height=\"" + height + "\"><title>" + Html.text(title) + "</title></rect>");
        }
    }

    private static String number(double value) {
        long hundredths = Math.round(value * 100);
        return hundredths % 100 == 0 ? String.valueOf(hundredths / 100) : String.valueOf(hundredths / 100.0);
    }

    static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}

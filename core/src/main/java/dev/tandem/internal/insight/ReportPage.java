package dev.tandem.internal.insight;

import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Event.Departure;
import dev.tandem.internal.insight.Story.Attempt;
import dev.tandem.internal.insight.Story.Life;
import java.io.IOException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a story as one page of HTML: what to know first, then pictures, tables and what failed.
 *
 * <p>The page needs nothing from outside and has no script: there is nothing to load and nothing to go wrong. Whatever comes from
 * tasks is escaped. Used once.
 */
public final class ReportPage {

    private static final int SLOWEST = 20;
    private static final int MOST_FAILURES = 100;
    private static final int MOST_WORKERS = 200;

    private final Story story;
    private final Numbers numbers;
    private final Load load;
    private final Shares shares;
    private final Appendable to;
    private final Charts charts;

    private ReportPage(Story story, Appendable to) {
        this.story = story;
        this.numbers = Numbers.of(story);
        this.load = Load.of(story, Charts.COLUMNS / 2);
        this.shares = Shares.of(story);
        this.to = to;
        this.charts = new Charts(story, load, to);
    }

    /**
     * Writes it.
     *
     * @param story what to write
     * @param to where to
     * @throws IOException if that fails
     */
    public static void write(Story story, Appendable to) throws IOException {
        new ReportPage(story, to).write();
    }

    private void write() throws IOException {
        to.append("<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>")
                .append("<meta name=viewport content=\"width=device-width,initial-scale=1\">")
                .append("<link rel=icon href=\"data:,\"><title>" + Html.text(story.runner())
                        + " · run report</title>\n<style>")
                .append(ReportStyle.CSS)
                .append("</style></head><body>\n<header><h1>" + Html.text(story.runner()) + "</h1><p>"
                        + Html.text(story.strategy()) + " · " + Html.time(load.lengthNanos()) + " · "
                        + DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss z")
                                .format(ZonedDateTime.now(ZoneId.systemDefault()))
                        + "</p></header>\n<section><h2>Verdict</h2><ul class=verdicts>");
        for (String verdict : Verdicts.of(story, load, shares)) {
            to.append("<li>" + Html.text(verdict) + "</li>");
        }
        to.append("</ul></section>\n");
        tiles();
        section("Workers over time");
        charts.lanes();
        close();
        section("Concurrency over time");
        charts.area(load.running(), "succeeded", "running");
        charts.area(load.waiting(), "queued", "waiting");
        charts.axis();
        close();
        whereTheTimeWent();
        slowest();
        failures();
        refusals();
        workers();
        decisions();
        environment();
        to.append("</body></html>\n");
    }

    private void tiles() throws IOException {
        to.append("<section class=tiles>");
        tile(numbers.tasks() == 1 ? "task" : "tasks", Html.count(numbers.tasks()));
        tile("succeeded", Html.count(numbers.succeeded()));
        tile("failed", Html.count(numbers.failed()));
        tile("cancelled", Html.count(numbers.cancelled()));
        tileUnlessZero("running", numbers.running());
        tileUnlessZero("waiting", numbers.waiting());
        tileUnlessZero("still stopping", numbers.stopping());
        tileUnlessZero("refused", numbers.refused());
        tile("per second", perSecond());
        tile("workers busy", Html.percent(load.busyShare()));
        long[] runs = sorted(Attempt::busyNanos);
        long[] waits = sorted(attempt -> attempt.task().waitNanos(0));
        tile("run, median", at(runs, 0.5));
        tile("run, 99 %", at(runs, 0.99));
        tile("wait, median", at(waits, 0.5));
        tile("wait, 99 %", at(waits, 0.99));
        to.append("</section>\n");
    }

    private String perSecond() {
        double done = numbers.done() / (load.lengthNanos() / 1e9);
        return done >= 10 ? Html.count(Math.round(done)) : String.valueOf(Math.round(done * 100) / 100.0);
    }

    private interface Length {
        long of(Attempt attempt);
    }

    private long[] sorted(Length length) {
        return story.attempts().stream()
                .filter(attempt -> attempt.hasRun() && attempt.isOver())
                .mapToLong(length::of)
                .sorted()
                .toArray();
    }

    private static String at(long[] sorted, double share) {
        return sorted.length == 0 ? "–" : Html.time(sorted[(int) Math.ceil(share * sorted.length) - 1]);
    }

    private void tileUnlessZero(String label, long count) throws IOException {
        if (count > 0) {
            tile(label, Html.count(count));
        }
    }

    private void tile(String label, String value) throws IOException {
        to.append("<div><b>" + value + "</b><span>" + label + "</span></div>");
    }

    private void whereTheTimeWent() throws IOException {
        section("Where the time went");
        to.append("<h3>Of the workers</h3>");
        charts.bar(
                List.of("busy", "idle, nothing waited", "idle, tasks waited", "starting"),
                List.of(load.busyNanos(), load.idleWithoutWorkNanos(), load.idleWithWorkNanos(), load.startingNanos()));
        to.append("<h3>Of the tasks</h3>");
        charts.bar(
                List.of(
                        "run",
                        story.usesProcesses() ? "encode task" : "hand in",
                        "decode task",
                        "encode result",
                        "way",
                        "decode result"),
                List.of(
                        shares.run(),
                        shares.encode(),
                        shares.decodeThere(),
                        shares.encodeThere(),
                        shares.way(),
                        shares.decode()));
        long out = story.attempts().stream()
                .mapToLong(attempt -> attempt.task().bytesSent())
                .sum();
        long back = story.attempts().stream()
                .mapToLong(attempt -> attempt.task().bytesOut())
                .sum();
        to.append("<p>All tasks together stood in line for " + Html.time(shares.inLine()) + ".</p>");
        if (out + back > 0) {
            to.append("<p>" + Html.bytes(out) + " of code and arguments were sent to worker JVMs, " + Html.bytes(back)
                    + " of results and exceptions came back.</p>");
        }
        close();
    }

    private void slowest() throws IOException {
        List<Attempt> slow = story.attempts().stream()
                .filter(Attempt::hasRun)
                .sorted(Comparator.comparingLong(Attempt::busyNanos).reversed())
                .limit(SLOWEST)
                .toList();
        if (slow.isEmpty()) {
            return;
        }
        section("Slowest tasks");
        head("task", "ran", "waited", "worker", "attempt", "outcome");
        for (Attempt one : slow) {
            row(
                    one.title() + input(one),
                    Html.time(one.busyNanos()),
                    Html.time(one.task().waitNanos(0)),
                    one.task().slot() + " (pid " + one.pid() + ")",
                    String.valueOf(one.task().attempt()),
                    outcome(one));
        }
        to.append("</table></div>");
        close();
    }

    private static String input(Attempt one) {
        return one.task().inputIndex() < 0 ? "" : ", input " + one.task().inputIndex();
    }

    private static String outcome(Attempt one) {
        String outcome = one.isTriedAgain() ? "tried again" : one.status().toString();
        int good = one.succeeded();
        String some = good > 0 && good < one.task().inputs()
                ? ", after " + good + " of " + one.task().inputs() + " inputs had succeeded"
                : "";
        return outcome + some + (one.isStopping() ? ", still stopping" : "");
    }

    /** Those that differ in numbers alone are shown once, with the first of them in full. */
    private void failures() throws IOException {
        Collection<Alike> alike = Alike.of(story.attempts().stream()
                .filter(attempt -> attempt.failure() != null && attempt.status() != TaskStatus.CANCELLED)
                .toList());
        if (alike.isEmpty()) {
            return;
        }
        section("Failures");
        int shown = 0;
        for (Alike kind : alike) {
            if (shown++ == MOST_FAILURES) {
                to.append("<p>… and " + (alike.size() - MOST_FAILURES) + " more kinds</p>");
                break;
            }
            Attempt first = kind.first();
            to.append("<details" + (shown == 1 ? " open" : "") + "><summary>"
                    + Html.text(kind.line()) + " <b>× " + Html.count(kind.tasks()) + "</b></summary><p>first: "
                    + Html.text(first.title() + input(first))
                    + ", "
                    + outcome(first) + "</p><pre>" + Html.text(String.valueOf(first.failure())) + "</pre></details>\n");
        }
        close();
    }

    /** What never became a task, by what the runner said. */
    private void refusals() throws IOException {
        if (story.refusals().isEmpty()) {
            return;
        }
        Map<String, Long> alike = new LinkedHashMap<>();
        story.refusals()
                .forEach(refusal -> alike.merge(
                        String.valueOf(refusal.why()), (long) refusal.task().inputs(), Long::sum));
        section("Refused");
        head("tasks", "what the runner said");
        int shown = 0;
        for (Map.Entry<String, Long> kind : alike.entrySet()) {
            if (shown++ < MOST_FAILURES) {
                row(Html.count(kind.getValue()), kind.getKey());
            }
        }
        to.append("</table></div>");
        close();
    }

    private void workers() throws IOException {
        section("Workers");
        head("worker", "pid", "took to start", "lived", "end");
        for (Life life : story.workers()
                .subList(0, Math.min(MOST_WORKERS, story.workers().size()))) {
            row(
                    String.valueOf(life.slot()),
                    String.valueOf(life.pid()),
                    ifStartKnown(life, life.readyNanos() - life.askedNanos()),
                    ifStartKnown(life, life.endNanos() - life.readyNanos()),
                    life.how() == null ? "lives" : life.how().toString());
        }
        to.append("</table></div>");
        boolean open = true;
        for (Life life : story.workers()) {
            if (life.how() == Departure.LOST
                    || life.how() == Departure.KILLED
                    || life.how() == Departure.FAILED_TO_START) {
                to.append("<details" + (open ? " open" : "") + "><summary>worker " + life.slot() + " (pid " + life.pid()
                        + ") "
                        + life.how() + " at " + Html.time(life.endNanos() - load.fromNanos()) + "</summary><pre>"
                        + Html.text(life.cause()) + "</pre></details>\n");
                open = false;
            }
        }
        close();
    }

    /** The start of a worker may be among the events that are gone; a caller of an inline runner has none. */
    private static String ifStartKnown(Life life, long nanos) {
        return life.isStartKnown() ? Html.time(Math.max(0, nanos)) : "unknown";
    }

    private void decisions() throws IOException {
        if (story.decisions().isEmpty()) {
            return;
        }
        section("Decisions");
        head("at", "what");
        for (Story.Decision decision : story.decisions()) {
            row(Html.time(Math.max(0, decision.nanos() - load.fromNanos())), decision.what());
        }
        to.append("</table></div>");
        close();
    }

    private void environment() throws IOException {
        section("Environment");
        head("what", "value");
        row("Java", property("java.vm.name") + " " + Runtime.version());
        row("System", property("os.name") + " " + property("os.version") + ", " + property("os.arch"));
        row("Cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        row("Heap of this JVM", "up to " + Html.bytes(Runtime.getRuntime().maxMemory()));
        row("Process of this JVM", String.valueOf(story.ownPid()));
        row("Events that are missing", Html.count(story.droppedEvents()));
        to.append("</table></div>");
        close();
    }

    private static String property(String name) {
        return System.getProperty(name, "?");
    }

    private void section(String title) throws IOException {
        to.append("<section><h2>" + title + "</h2>\n");
    }

    private void close() throws IOException {
        to.append("</section>\n");
    }

    private void head(String... columns) throws IOException {
        to.append("<div class=table><table><tr>");
        for (String column : columns) {
            to.append("<th>" + column + "</th>");
        }
        to.append("</tr>\n");
    }

    private void row(String... cells) throws IOException {
        to.append("<tr>");
        for (String cell : cells) {
            to.append("<td>" + Html.text(cell) + "</td>");
        }
        to.append("</tr>\n");
    }
}

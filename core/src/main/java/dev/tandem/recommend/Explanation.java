package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A recommendation in words. Made for one text; not thread-safe. */
final class Explanation {

    private static final int LABEL_COLUMN = 2;
    private static final int TEXT_COLUMN = 15;
    private static final int WIDTH = 120;
    private static final String SUBJECT = "it ";
    private static final int MOST_CHANGES = 5;

    private final Recommendation advice;
    private final Decision decision;
    private final Situation situation;
    private final StringBuilder text = new StringBuilder();

    Explanation(Recommendation advice, Decision decision) {
        this.advice = advice;
        this.decision = decision;
        this.situation = new Situation(
                advice.profile(),
                advice.machine(),
                decision.strategy(),
                decision.sizing().workers());
    }

    @Override
    public String toString() {
        text.setLength(0);
        text.append("Run it on ").append(engine()).append(".\n");
        line("Decided by", since(decision.decidedBy()));
        line("Guide", guide() + (decision.gates().isEmpty() ? "; no gate fired." : "."));
        gates();
        decision.contradictions().forEach(reason -> line("Contradicts", since(reason)));
        lost();
        line("Workers", Figures.number(decision.sizing().workers()) + " by " + fact(decision.workersBy()) + ".");
        decision.settings().forEach(reason -> line("Setting", sentence(reason)));
        notTaken();
        line("It costs", costs());
        line("It buys", buys());
        advice.alternatives().stream()
                .filter(other -> other.strategy() != Strategy.INLINE)
                .forEach(other -> line("Instead", name(other.strategy()) + "? " + capital(other.whyNot()) + "."));
        line("It changes", changes());
        line("Confidence", confidence());
        return text.toString();
    }

    private String engine() {
        Sizing sizing = decision.sizing();
        String count = Figures.count(sizing.workers(), sizing.virtualThreads() ? "virtual thread" : "thread");
        return switch (decision.strategy()) {
            case INLINE -> "the caller's thread, ParallelRunner.inline()";
            case THREADS -> "threads, ParallelRunner.threads(): " + count;
            case PROCESSES ->
                "worker JVMs, ParallelRunner.processes(): " + Figures.count(sizing.workers(), "worker") + heap(sizing);
        };
    }

    private static String heap(Sizing sizing) {
        return sizing.maxHeapBytes().isPresent()
                ? " with a heap of " + Figures.bytes(sizing.maxHeapBytes().getAsLong())
                        + (sizing.workers() == 1 ? "" : " each")
                : "";
    }

    private String guide() {
        List<String> names = GuideRules.ALL.stream().map(Rule::name).toList();
        List<Reason> rules = decision.reasons().stream()
                .filter(reason -> names.contains(reason.rule()))
                .toList();
        List<String> said = new ArrayList<>();
        rules.stream()
                .filter(Reason::applied)
                .forEach(reason ->
                        said.add(reason.rule() + " says " + reason.consequence().split("[;:,]", 2)[0]));
        List<String> silent = rules.stream()
                .filter(reason -> !reason.applied())
                .map(Reason::rule)
                .toList();
        if (!silent.isEmpty()) {
            said.add(enumerated(silent, "and") + (silent.size() == 1 ? " does" : " do") + " not apply");
        }
        return String.join("; ", said);
    }

    /** Each that fired, but for the one that has decided, with its fact; what they ask for is in the table of all reasons. */
    private void gates() {
        List<String> others = decision.gates().stream()
                .filter(gate -> !gate.equals(decision.decidedBy()))
                .map(gate -> gate.rule() + " (" + gate.fact().replaceFirst("^the work ", "it ")
                        + (gate.number().isEmpty() ? "" : ", " + gate.number()) + ")")
                .toList();
        if (!others.isEmpty()) {
            line("Gates", "there fired also " + enumerated(others, "and") + ".");
        }
    }

    private void lost() {
        if (!decision.lost().isEmpty()) {
            line("Lost", "what worker JVMs would keep: " + String.join("; ", decision.lost()) + ".");
        }
    }

    /** Costs that speak against what a gate leaves. */
    private void notTaken() {
        List<String> costs = CostRules.ALL.stream().map(Rule::name).toList();
        decision.reasons().stream()
                .filter(reason -> costs.contains(reason.rule()) && !reason.equals(decision.decidedBy()))
                .forEach(reason -> line("Cost", fact(reason) + ", " + reason.consequence() + "."));
    }

    private String costs() {
        CostModel costs = advice.machine().costs();
        return switch (decision.strategy()) {
            case INLINE -> "nothing.";
            case THREADS ->
                Figures.time(costs.handOver()) + " for each task, and that tasks share one heap, one JVM and one fate.";
            case PROCESSES ->
                Figures.time(costs.workerStart()) + " to start, " + memory() + ", and at most " + crossing()
                        + " for a task to cross.";
        };
    }

    private String memory() {
        long count = decision.sizing().workers();
        double idle = advice.machine().costs().workerBytes();
        if (decision.sizing().maxHeapBytes().isPresent()) {
            double each = idle + decision.sizing().maxHeapBytes().getAsLong();
            return "up to " + Figures.bytes(1.0 * count * each) + " of memory" + (count == 1 ? "" : " for all");
        }
        double most = Math.max(count * idle, (double) advice.machine().memoryForWorkersBytes());
        return Figures.bytes(count * idle) + " of memory, with heaps up to " + Figures.bytes(most);
    }

    private String crossing() {
        double crossing = situation.crossingNanos();
        if (situation.taskNanos().isEmpty()) {
            return Figures.time(crossing);
        }
        double time = situation.taskNanos().getAsDouble();
        if (time == 0) {
            return Figures.time(crossing);
        }
        String share = crossing <= time
                ? Figures.percent(crossing / time) + " of its "
                : Figures.number(crossing / time).equals("1")
                        ? "as long as its "
                        : Figures.number(crossing / time) + " times its ";
        return Figures.time(crossing) + " (" + share + Figures.time(time) + ")";
    }

    private String buys() {
        return switch (decision.strategy()) {
            case INLINE -> "one stack trace from the caller to the task, and no waiting for anybody.";
            case THREADS ->
                situation.waits()
                        ? "many that wait at once, for next to nothing."
                        : "a start in no time, and shared objects without copies.";
            case PROCESSES ->
                "each worker has a heap of its own, and can be capped, killed and lost without harm to this JVM.";
        };
    }

    private String changes() {
        Map<Strategy, List<String>> changes = advice.whatWouldChangeIt();
        if (changes.isEmpty()) {
            return "with nothing that is asked about.";
        }
        return changes.entrySet().stream()
                        .map(change -> name(change.getKey()) + " if "
                                + enumerated(withoutRepeatedSubject(fewOf(change.getValue())), "or"))
                        .collect(Collectors.joining("; "))
                + ".";
    }

    /** The first ones; {@link Recommendation#whatWouldChangeIt()} has all. */
    private static List<String> fewOf(List<String> parts) {
        if (parts.size() <= MOST_CHANGES + 1) {
            return parts;
        }
        List<String> few = new ArrayList<>(parts.subList(0, MOST_CHANGES));
        few.add("for " + (parts.size() - MOST_CHANGES) + " other reasons");
        return few;
    }

    /** "it may crash, may hang, a task took ..." */
    private static List<String> withoutRepeatedSubject(List<String> parts) {
        List<String> shorter = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            boolean isRepeated = i > 0
                    && parts.get(i).startsWith(SUBJECT)
                    && parts.get(i - 1).startsWith(SUBJECT);
            shorter.add(isRepeated ? parts.get(i).substring(SUBJECT.length()) : parts.get(i));
        }
        return shorter;
    }

    private static String enumerated(List<String> parts, String word) {
        int last = parts.size() - 1;
        return last == 0
                ? parts.get(0)
                : String.join(", ", parts.subList(0, last)) + " " + word + " " + parts.get(last);
    }

    private String confidence() {
        Confidence confidence = advice.confidence();
        if (advice.isTentative() && confidence == Confidence.MEDIUM) {
            return "medium: it rests on figures of a measurement that was not conclusive.";
        }
        String why = switch (confidence) {
            case HIGH ->
                switch (decision.stage()) {
                    case GATES -> "a gate decided, and gates are facts.";
                    case COSTS ->
                        decision.decidedBy().number().isEmpty()
                                ? "what was said leaves nothing to weigh."
                                : "numbers decided.";
                    default -> "the numbers that were given fit the rule.";
                };
            case MEDIUM -> "a rule of thumb decided; Recommender.measure would make it a fact.";
            case LOW ->
                decision.stage() == Decision.Stage.DEFAULT
                        ? "nothing that was said decides; say more, or let Recommender.measure find out."
                        : "read what contradicts or is lost above before you rely on it.";
        };
        return confidence.name().toLowerCase(Locale.ROOT) + ": " + why;
    }

    private static String fact(Reason reason) {
        String number = reason.number().isEmpty() ? "" : " (" + reason.number() + ")";
        return reason.rule() + ": " + reason.fact() + number;
    }

    private static String sentence(Reason reason) {
        return fact(reason) + ", so " + reason.consequence() + ".";
    }

    private static String since(Reason reason) {
        String consequence = reason.consequence();
        return fact(reason).replaceFirst(": ", ", since ") + ": " + consequence
                + (consequence.endsWith("?") ? "" : ".");
    }

    private static String name(Strategy strategy) {
        return switch (strategy) {
            case INLINE -> "inline()";
            case THREADS -> "threads()";
            case PROCESSES -> "processes()";
        };
    }

    private static String capital(String sentence) {
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }

    private void line(String label, String content) {
        int start = text.length();
        text.append(" ".repeat(LABEL_COLUMN)).append(label);
        text.append(" ".repeat(TEXT_COLUMN - label.length() - LABEL_COLUMN));
        for (String word : content.split(" ")) {
            if (text.length() - start + word.length() > WIDTH) {
                text.setLength(text.length() - 1);
                text.append('\n');
                start = text.length();
                text.append(" ".repeat(TEXT_COLUMN));
            }
            text.append(word).append(' ');
        }
        text.setLength(text.length() - 1);
        text.append('\n');
    }

    String toMarkdown() {
        StringBuilder page = new StringBuilder("## ").append(capital(engine())).append("\n\n```\n");
        page.append(this).append("```\n\n| Rule | Fact | Number | Formula | Follows |\n|---|---|---|---|---|\n");
        decision.reasons()
                .forEach(reason -> page.append("| `")
                        .append(reason.rule())
                        .append("` | ")
                        .append(reason.fact())
                        .append(" | ")
                        .append(reason.number())
                        .append(" | ")
                        .append(reason.formula().replace("|", "\\|"))
                        .append(" | ")
                        .append(reason.consequence().replace("|", "\\|"))
                        .append(" |\n"));
        return page.toString();
    }
}

package dev.tandem.recommend;

import dev.tandem.Strategy;
import dev.tandem.TaskOptions;
import dev.tandem.ThreadOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks the rules, stage by stage: guide, gates, costs, workers, limits, settings, contradictions. Each stage sees what the earlier ones
 * have decided. Made for one decision by one thread; nothing of it stays.
 */
final class Deliberation {

    private final List<Reason> reasons = new ArrayList<>();
    private final List<Reason> gates = new ArrayList<>();
    private final List<Reason> settings = new ArrayList<>();
    private final List<Reason> contradictions = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();

    // ---- what was decided so far; used by one thread ----

    private Situation situation;
    private Reason decidedBy = Rulebook.DEFAULT.reason(new Finding(
            "nothing was said that speaks for an engine", "", "threads, since they are simpler", new Effect.Tells()));
    private Decision.Stage stage = Decision.Stage.DEFAULT;
    private @Nullable Reason gate;
    private @Nullable Strategy required;

    Deliberation(Situation situation) {
        this.situation = situation;
    }

    Strategy decideOnStrategy() {
        askTheGuide();
        askTheGates();
        askTheCosts();
        return situation.strategy();
    }

    Decision decide() {
        decideOnStrategy();
        Reason workersBy = askForWorkers();
        Sizing sizing = askForSettings();
        ask(ContradictionRules.ALL, contradictions);
        return new Decision(
                situation.strategy(),
                sizing,
                decidedBy,
                stage,
                workersBy,
                List.copyOf(reasons),
                Optional.ofNullable(gate),
                Optional.ofNullable(required),
                List.copyOf(gates),
                List.copyOf(settings),
                List.copyOf(contradictions),
                List.copyOf(lost));
    }

    /** How large, whatever speaks for or against the engine. */
    Sizing sizing() {
        askForWorkers();
        return askForSettings();
    }

    private void askTheGuide() {
        for (Rule rule : GuideRules.ALL) {
            Optional<Finding> found = rule.ask(situation);
            if (found.isEmpty()) {
                reasons.add(rule.silent("does not apply, by what was said"));
            } else {
                Reason reason = said(rule, found.get());
                if (stage == Decision.Stage.DEFAULT && found.get().effect() instanceof Effect.Favours favours) {
                    decided(reason, Decision.Stage.GUIDE, favours.strategy());
                }
            }
        }
        if (stage == Decision.Stage.DEFAULT) {
            reasons.add(decidedBy);
        }
    }

    /** What leaves only threads comes first, whatever asks for processes. */
    private void askTheGates() {
        Reason forThreads = null;
        Reason forProcesses = null;
        List<String> kept = new ArrayList<>();
        for (Rule rule : GateRules.ALL) {
            Optional<Finding> found = rule.ask(situation);
            if (found.isPresent() && found.get().effect() instanceof Effect.Requires requires) {
                Reason reason = said(rule, found.get());
                gates.add(reason);
                if (requires.strategy() == Strategy.THREADS) {
                    forThreads = forThreads == null ? reason : forThreads;
                } else {
                    forProcesses = forProcesses == null ? reason : forProcesses;
                    kept.add(reason.consequence() + " (" + reason.rule() + ")");
                }
            }
        }
        if (forThreads != null) {
            decided(forThreads, Decision.Stage.GATES, Strategy.THREADS);
            required = Strategy.THREADS;
            gate = forThreads;
            lost.addAll(kept);
        } else if (forProcesses != null) {
            decided(forProcesses, Decision.Stage.GATES, Strategy.PROCESSES);
            required = Strategy.PROCESSES;
            gate = forProcesses;
        }
    }

    private void askTheCosts() {
        for (Rule rule : CostRules.ALL) {
            Optional<Finding> found = rule.ask(situation);
            if (found.isPresent() && found.get().effect() instanceof Effect.Moves moves) {
                if (isAllowed(moves.strategy())) {
                    decided(said(rule, found.get()), Decision.Stage.COSTS, moves.strategy());
                } else {
                    said(rule, overruled(found.get()));
                }
            }
        }
    }

    /** A gate for processes allows nothing else; one for threads allows the caller's thread too. */
    private boolean isAllowed(Strategy strategy) {
        return required == null || strategy == required || required == Strategy.THREADS && strategy == Strategy.INLINE;
    }

    private Finding overruled(Finding finding) {
        return new Finding(
                finding.fact(), finding.number(), "but " + decidedBy.rule() + " leaves no choice", new Effect.Tells());
    }

    private Reason askForWorkers() {
        Reason by = decidedBy;
        int workers = 1;
        for (Rule rule : WorkerRules.FIRST) {
            Optional<Finding> found = rule.ask(situation);
            if (found.isPresent() && found.get().effect() instanceof Effect.Workers first) {
                by = said(rule, found.get());
                workers = first.workers();
                break;
            }
        }
        for (Rule rule : WorkerRules.LIMITS) {
            Optional<Finding> found = rule.ask(situation);
            if (found.isPresent() && found.get().effect() instanceof Effect.AtMost limit && limit.workers() < workers) {
                by = said(rule, found.get());
                workers = limit.workers();
            }
        }
        situation = situation.with(Math.max(1, workers));
        return by;
    }

    private Sizing askForSettings() {
        Sizing sizing = new Sizing(
                situation.workers(),
                situation.onVirtualThreads(),
                ThreadOptions.defaults().queueCapacity(),
                OptionalLong.empty(),
                TaskOptions.defaults());
        for (Rule rule : SettingRules.ALL) {
            Optional<Finding> found = rule.ask(situation);
            if (found.isPresent()) {
                settings.add(said(rule, found.get()));
                if (found.get().effect() instanceof Effect.Sets sets) {
                    sizing = sets.change().apply(sizing);
                }
            }
        }
        return sizing;
    }

    private void ask(List<Rule> rules, List<Reason> heard) {
        for (Rule rule : rules) {
            rule.ask(situation).ifPresent(found -> heard.add(said(rule, found)));
        }
    }

    private Reason said(Rule rule, Finding finding) {
        Reason reason = rule.reason(finding);
        reasons.add(reason);
        return reason;
    }

    private void decided(Reason reason, Decision.Stage when, Strategy strategy) {
        decidedBy = reason;
        stage = when;
        situation = situation.on(strategy);
    }
}

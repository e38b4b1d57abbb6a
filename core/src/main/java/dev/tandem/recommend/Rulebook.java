package dev.tandem.recommend;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All rules, stage by stage, in the order in which they are asked. */
final class Rulebook {

    /** What holds where no rule of the guide applies. */
    static final Rule DEFAULT = new Rule(
            "D-SIMPLE",
            "Where nothing speaks for an engine, threads: they are simpler, and changing later is one word.",
            "",
            "README, Threads or processes?",
            situation -> Optional.empty());

    private Rulebook() {}

    /** The rules by the title of their stage. */
    static Map<String, List<Rule>> stages() {
        Map<String, List<Rule>> stages = new LinkedHashMap<>();
        stages.put("The guide: the first that applies proposes an engine", GuideRules.ALL);
        stages.put("Where none applies", List.of(DEFAULT));
        stages.put("Gates: what only one engine can do", GateRules.ALL);
        stages.put("Costs: never against a gate", CostRules.ALL);
        stages.put("How many workers: the first that applies", WorkerRules.FIRST);
        stages.put("Limits: the least counts", WorkerRules.LIMITS);
        stages.put("Settings: all that apply", SettingRules.ALL);
        stages.put("Contradictions: reported, and they lower the confidence", ContradictionRules.ALL);
        return stages;
    }

    /** The tables of the page about the rules. */
    static String toMarkdown() {
        StringBuilder page = new StringBuilder();
        stages().forEach((title, rules) -> {
            page.append("### ").append(title).append("\n\n| Rule | Says | Formula | Source |\n|---|---|---|---|\n");
            rules.forEach(rule -> page.append(String.format(
                    "| `%s` | %s | %s | %s |%n",
                    rule.name(), cell(rule.says()), cell(rule.formula()), cell(rule.source()))));
            page.append('\n');
        });
        return page.toString().replace("\r\n", "\n");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}

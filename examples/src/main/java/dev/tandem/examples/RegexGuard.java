package dev.tandem.examples;

import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskTimeoutException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tries fifty patterns, such as strangers might send, on the text of a licence and a list of numbers. One of them
 * runs away, and a regular expression ignores interruption: a worker JVM can be killed for that, a thread cannot be
 * stopped.
 */
final class RegexGuard {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String RUNAWAY = "(.*,){16}P";
    private static final Map<StopOutcome, String> MEANING = Map.of(
            StopOutcome.KILLED, "its worker JVM was killed, and the core is free again",
            StopOutcome.ABANDONED, "it could not be stopped, and keeps a core busy until this JVM ends");
    private static final String PATTERNS = """
            [Ll]icen[sc]e Contribut(or|ion)s? Derivative\\s+Works? \\bYou(r)?\\b copyright\\s+(owner|notice) \\(\\w\\)
            \\d+ \\d+\\.\\d+ https?://\\S+ \\bshall\\b \\bmay\\b \\bmust\\b \\bmeans?\\b [A-Z]{3,} ^\\s+\\d\\.
            (?m)^\\s*$ (?i)patent trademarks? NOTICE "[^"]+" \\w+ly\\b \\b\\w{12,}\\b \\bnot\\b \\b[aeiou]\\w+
            (\\w)\\1 (?s)AS.IS \\b(\\w)\\w*\\1\\b Legal\\s+Entity Source Object \\[[a-z\\s]+\\] (?m):$ ;\\s
            \\band/or\\b \\bany\\b \\bother\\b \\bsuch\\b \\bthe\\s+Work\\b \\bof\\b 1,2,3 (\\d,){9} [^\\x00-\\x7F]
            section\\s\\d (?m)^.{70,}$ [.]\\s\\s+[A-Z] \\w+-\\w+ \\bgrants?\\b (?i)warrant(y|ies) (?i)liab(le|ility)
            """;

    public static void main(String[] args) throws IOException {
        System.exit(run() ? 0 : 1);
    }

    static boolean run() throws IOException {
        List<String> patterns = Stream.concat(Stream.of(PATTERNS.split("\\s+")), Stream.of(RUNAWAY))
                .toList();
        String text = text();
        System.out.printf(
                "%d patterns, one of which is %s; each may take %d s.%n%n",
                patterns.size(), RUNAWAY, LIMIT.toSeconds());
        System.out.printf("%-14s%9s%10s%10s   %s%n", "", "answers", "matches", "time", "the runaway");
        Report processes = guard("worker JVMs", ParallelRunner.processes(), patterns, text);
        Report threads = guard("threads", ParallelRunner.threads(), patterns, text);
        boolean guarded = processes.answers == patterns.size() - 1 && processes.runaway == StopOutcome.KILLED;
        return guarded && threads.equals(new Report(processes.answers, processes.matches, StopOutcome.ABANDONED));
    }

    private record Report(long answers, long matches, StopOutcome runaway) {}

    private static Report guard(String name, ParallelRunner opened, List<String> patterns, String text) {
        long begin = System.nanoTime();
        List<Outcome<String, Long>> outcomes;
        try (ParallelRunner runner = opened;
                var stream = runner.withTimeout(LIMIT).outcomes(patterns, pattern -> matches(pattern, text))) {
            outcomes = stream.toList();
        }
        // The runner is closed, so by now it is known how the runaway ended.
        double seconds = (System.nanoTime() - begin) / 1e9;
        long answers = outcomes.stream().filter(Outcome::isSuccess).count();
        long matches =
                outcomes.stream().mapToLong(outcome -> outcome.orElse(0L)).sum();
        StopOutcome runaway =
                outcomes.get(patterns.indexOf(RUNAWAY)).fold(found -> StopOutcome.FINISHED, RegexGuard::ending);
        System.out.printf(
                "%-14s%9d%,10d%,8.1f s   %s%n", name, answers, matches, seconds, runaway + ": " + MEANING.get(runaway));
        return new Report(answers, matches, runaway);
    }

    private static StopOutcome ending(RuntimeException failure) {
        return ((TaskTimeoutException) failure).stopOutcome().orElseThrow();
    }

    /** The task: an expression that nobody has checked. */
    private static long matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().count();
    }

    /** The licence of this library, and the numbers from 1 to 30. */
    private static String text() throws IOException {
        try (InputStream licence =
                Objects.requireNonNull(ParallelRunner.class.getResourceAsStream("/META-INF/LICENSE"))) {
            String numbers = IntStream.rangeClosed(1, 30).mapToObj(n -> n + ",").collect(Collectors.joining());
            return new String(licence.readAllBytes(), StandardCharsets.UTF_8) + "\n" + numbers + "\n";
        }
    }
}

package dev.tandem.examples;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Runs the main examples one after the other, in well under a minute; exit code 1 if one finds a wrong result.
 */
final class Tour {

    public static void main(String[] args) throws Exception {
        Map<String, Callable<Boolean>> stops = new LinkedHashMap<>();
        stops.put("JdkCensus: every class of this JDK, counted three ways", JdkCensus::run);
        stops.put("CrashProof: one task of a hundred kills its JVM", CrashProof::run);
        stops.put("RegexGuard: one pattern of fifty runs away", RegexGuard::run);
        stops.put("MeasuredChoice: threads or worker JVMs? Two jobs are asked", MeasuredChoice::run);
        stops.put("RunReport: what two workers did, as a page and as a timeline", RunReport::run);
        long begin = System.nanoTime();
        boolean good = true;
        for (Map.Entry<String, Callable<Boolean>> stop : stops.entrySet()) {
            System.out.printf("%n=== %s%n%n", stop.getKey());
            boolean passed = stop.getValue().call();
            System.out.println(passed ? "\nOK" : "\nFAILED");
            good &= passed;
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "%n=== %s in %.1f s, on JDK %s with %d cores%n",
                good ? "All well" : "FAILED",
                seconds,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        System.exit(good ? 0 : 1);
    }
}

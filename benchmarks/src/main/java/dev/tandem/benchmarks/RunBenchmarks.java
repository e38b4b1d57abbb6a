package dev.tandem.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks that JMH's own arguments select, by default all of them in their short form, then prints the
 * medians and their ratios.
 *
 * <p>The raw results go to {@code target/benchmarks.json} unless {@code -rff} says otherwise. Two runs at once
 * would disturb each other, so that JMH refuses the second.
 */
public final class RunBenchmarks {

    private static final Path RESULTS = Path.of("target", "benchmarks.json");
    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    private RunBenchmarks() {}

    /**
     * Runs and prints.
     *
     * @param arguments as JMH takes them; {@code -h} lists them
     */
    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException, IOException {
        var options = new CommandLineOptions(arguments);
        if (options.shouldHelp()) {
            options.showHelp();
        } else if (options.shouldList()) {
            new Runner(options).list();
        } else {
            String before = load();
            RatioTable table = RatioTable.of(run(options));
            System.out.println(table.toMarkdown());
            System.out.println(conditions() + ", load average " + before + " before and " + load() + " after");
        }
    }

    static Collection<RunResult> run(CommandLineOptions commandLine) throws RunnerException, IOException {
        ChainedOptionsBuilder options = new OptionsBuilder().parent(commandLine);
        if (!commandLine.getResult().hasValue()) {
            Files.createDirectories(RESULTS.getParent());
            options.result(RESULTS.toString());
        }
        if (!commandLine.getResultFormat().hasValue()) {
            options.resultFormat(ResultFormatType.JSON);
        }
        if (Runtime.version().feature() < FIRST_JAVA_WITH_VIRTUAL_THREADS) {
            System.out.println("Java " + Runtime.version() + " has no virtual threads: their benchmarks are left out.");
            options.exclude("\\.virtualThread");
        }
        return new Runner(options.build()).run();
    }

    private static String conditions() {
        return "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " on "
                + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " cores";
    }

    /** How busy the machine is: where others want the cores too, a run says little. */
    private static String load() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}

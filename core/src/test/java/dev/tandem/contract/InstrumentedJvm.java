package dev.tandem.contract;

import dev.tandem.ParallelRunner;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.IntStream;

/** The main class of a JVM that is watched in every way, and asks a worker what it has inherited of that. */
final class InstrumentedJvm {

    private static final List<String> SIGNS = List.of(
            "jdwp", "-Xlog:gc", "-Xlog:safepoint", "jmxremote", "from.the", "javaagent", "StartFlightRecording");

    private InstrumentedJvm() {}

    public static void main(String[] args) {
        try (ParallelRunner runner = ParallelRunner.processes(o -> o.workers(1).maxHeap("64m"))) {
            List<String> inherited = runner.submit(InstrumentedJvm::signs).join();
            System.out.println("worker: " + inherited + ", parent: " + System.getProperty("from.the.environment"));
            System.out.println("worker's charset: "
                    + runner.submit(() -> Charset.defaultCharset().name()).join() + ", screen: "
                    + !runner.submit(() -> Boolean.getBoolean("java.awt.headless"))
                            .join());
            List<Integer> all = IntStream.range(0, 100).boxed().toList();
            int sum = runner.map(all, x -> x).join().stream().mapToInt(x -> x).sum();
            System.out.println("answers: " + sum);
        }
    }

    private static List<String> signs() {
        List<String> arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return arguments.stream()
                .filter(argument -> SIGNS.stream().anyMatch(argument::contains))
                .toList();
    }
}

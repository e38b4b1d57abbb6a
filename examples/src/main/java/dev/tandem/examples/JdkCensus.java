package dev.tandem.examples;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.util.Printer;

/**
 * Counts what is in every class file of the running JDK: in this thread, on threads and on worker JVMs. The totals must be
 * identical; the table says where the time went. The task is {@link #census}: the address of a package goes out and its
 * counts come back, eight packages at a time, so that the border is crossed per chunk and not per class.
 */
final class JdkCensus {

    private static final String LARGEST = "instructions in the largest method";
    private static final String NOTES = """
            start: until the first answer. cold: the first census, for which worker JVMs compile everything once more.
            warm: the second. crossing: as many addresses there and counts back, without the work. Work like this is not
            faster on worker JVMs than on threads: they are for work that may crash, hang or leak.
            """;

    public static void main(String[] args) throws IOException {
        System.exit(run() ? 0 : 1);
    }

    static boolean run() throws IOException {
        Stream<Path> files = classFiles("jrt:/", 99).stream();
        List<String> packages = files.map(file -> file.toUri().resolve(".").toString())
                .distinct()
                .toList();
        System.out.printf("%-12s%12s%12s%12s%12s%12s%n", "", "start", "cold", "warm", "speed-up", "crossing");
        Row inline = measure("this thread", ParallelRunner.inline(), packages, 0);
        Row threads = measure("threads", ParallelRunner.threads(), packages, inline.warmNanos);
        Row processes = measure("worker JVMs", ParallelRunner.processes(), packages, inline.warmNanos);
        boolean same = inline.totals.equals(threads.totals) && inline.totals.equals(processes.totals);
        String verdict = same ? "All totals are identical." : "THE TOTALS DIFFER: " + threads + processes;
        System.out.printf("%n%s%n%s%n%s%n", NOTES, summary(inline.totals), verdict);
        return same;
    }

    private record Row(long warmNanos, TreeMap<String, Long> totals) {}

    private static Row measure(String name, ParallelRunner opened, List<String> packages, long inlineNanos) {
        try (ParallelRunner runner = opened) {
            var chunks = runner.with(TaskOptions.defaults().chunkSize(8));
            long begin = System.nanoTime();
            runner.submit(() -> "ready").join();
            long started = System.nanoTime();
            chunks.map(packages, JdkCensus::census).join();
            long cold = System.nanoTime();
            TreeMap<String, Long> totals = new TreeMap<>();
            var results = chunks.map(packages, JdkCensus::census).join();
            results.forEach(counts -> counts.forEach((what, n) -> add(totals, what, n)));
            long warm = System.nanoTime();
            chunks.map(packages, nothing -> new TreeMap<>(totals)).join();
            double speedUp = inlineNanos == 0 ? 1 : (double) inlineNanos / (warm - cold);
            String times = millis(begin, started) + millis(started, cold) + millis(cold, warm);
            System.out.printf("%-12s%s%11.2fx%s%n", name, times, speedUp, millis(warm, System.nanoTime()));
            return new Row(warm - cold, totals);
        }
    }

    private static Map<String, Long> census(String address) throws IOException {
        Map<String, Long> counts = new HashMap<>();
        for (Path file : classFiles(address, 1)) {
            ClassReader reader = new ClassReader(Files.readAllBytes(file));
            ClassNode type = new ClassNode();
            reader.accept(type, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            add(counts, "classes", 1);
            add(counts, "constants", reader.getItemCount());
            add(counts, "methods", type.methods.size());
            for (MethodNode method : type.methods) {
                Stream<AbstractInsnNode> codeAndLabels = Stream.of(method.instructions.toArray());
                int[] opcodes = codeAndLabels
                        .mapToInt(AbstractInsnNode::getOpcode)
                        .filter(op -> op >= 0)
                        .toArray();
                Arrays.stream(opcodes).forEach(op -> add(counts, Printer.OPCODES[op], 1));
                add(counts, LARGEST, opcodes.length);
            }
        }
        return counts;
    }

    private static void add(Map<String, Long> counts, String what, long count) {
        counts.merge(what, count, what.equals(LARGEST) ? Long::max : Long::sum);
    }

    private static List<Path> classFiles(String address, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(URI.create(address)), depth)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        }
    }

    private static String summary(TreeMap<String, Long> totals) {
        return totals.descendingMap().entrySet().stream()
                .filter(total -> Character.isLowerCase(total.getKey().charAt(0)) || total.getValue() >= 500_000)
                .map(total -> "%,d %s".formatted(total.getValue(), total.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String millis(long begin, long end) {
        return "%,9d ms".formatted((end - begin) / 1_000_000);
    }
}

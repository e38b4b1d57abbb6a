package dev.tandem.examples;

import dev.tandem.ParallelRunner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.util.Printer;

/**
 * Counts what is in every class file of this JDK: in this thread, on threads and on worker JVMs. The totals must be
 * identical; the table says where the time went. The task is {@link #census}: the address of a package goes out and its
 * counts come back, eight packages at a time, so that the border is crossed per chunk and not per class.
 */
final class JdkCensus {

    private static final int CLASSES = 256; // where it is counted; the indexes below are the opcodes
    private static final int CONSTANTS = 257;
    private static final int METHODS = 258;
    private static final int LARGEST = 259;
    private static final String NOTES = """
            start: until the first answer. 1st, 2nd: two censuses in a row. crossing: as many messages, no work.
            Worker JVMs are no faster at this than threads, and each warms up anew: they are for what may crash or hang.
            """;

    public static void main(String[] args) throws IOException {
        System.exit(run() ? 0 : 1);
    }

    static boolean run() throws IOException {
        Set<String> packages = packages();
        System.out.printf("%-12s%12s%12s%12s%12s%12s%n", "", "start", "1st", "2nd", "speed-up", "crossing");
        Row inline = measure("this thread", ParallelRunner.inline(), packages, 0);
        Row threads = measure("threads", ParallelRunner.threads(), packages, inline.nanos);
        Row processes = measure("worker JVMs", ParallelRunner.processes(), packages, inline.nanos);
        boolean same = inline.totals.equals(threads.totals) && inline.totals.equals(processes.totals);
        System.out.printf("%n%s%n%s%nTotals identical: %s%n", NOTES, summary(inline.totals), same);
        return same;
    }

    static Set<String> packages() throws IOException {
        Set<String> packages = new TreeSet<>();
        classFiles("jrt:/", 99)
                .forEach(file -> packages.add(file.toUri().resolve(".").toString()));
        return packages;
    }

    private record Row(long nanos, List<Long> totals) {}

    private static Row measure(String name, ParallelRunner opened, Set<String> packages, long inlineNanos) {
        try (ParallelRunner runner = opened) {
            var chunks = runner.with(runner.options().chunkSize(8));
            long begin = System.nanoTime();
            runner.submit(() -> "ready").join();
            long started = System.nanoTime();
            chunks.map(packages, JdkCensus::census).join();
            long first = System.nanoTime();
            long[] totals = new long[LARGEST + 1];
            for (long[] counts : chunks.map(packages, JdkCensus::census).join()) {
                Arrays.setAll(totals, i -> i == LARGEST ? Math.max(totals[i], counts[i]) : totals[i] + counts[i]);
            }
            long second = System.nanoTime();
            chunks.map(packages, address -> new long[LARGEST + 1]).join();
            double speedUp = inlineNanos == 0 ? 1 : (double) inlineNanos / (second - first);
            String times = millis(begin, started) + millis(started, first) + millis(first, second);
            System.out.printf("%-12s%s%11.2fx%s%n", name, times, speedUp, millis(second, System.nanoTime()));
            return new Row(second - first, Arrays.stream(totals).boxed().toList());
        }
    }

    static long[] census(String address) throws IOException {
        long[] counts = new long[LARGEST + 1];
        for (Path file : classFiles(address, 1)) {
            ClassReader reader = new ClassReader(Files.readAllBytes(file));
            ClassNode type = new ClassNode();
            reader.accept(type, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            counts[CLASSES]++;
            counts[CONSTANTS] += reader.getItemCount();
            counts[METHODS] += type.methods.size();
            for (MethodNode method : type.methods) {
                Stream<AbstractInsnNode> codeAndLabels = Stream.of(method.instructions.toArray());
                int[] opcodes = codeAndLabels
                        .mapToInt(AbstractInsnNode::getOpcode)
                        .filter(op -> op >= 0)
                        .toArray();
                Arrays.stream(opcodes).forEach(op -> counts[op]++);
                counts[LARGEST] = Math.max(counts[LARGEST], opcodes.length);
            }
        }
        return counts;
    }

    private static List<Path> classFiles(String address, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(URI.create(address)), depth)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        }
    }

    private static String summary(List<Long> totals) {
        String mostUsed = Stream.iterate(0, opcode -> opcode + 1)
                .limit(CLASSES)
                .sorted((one, other) -> Long.compare(totals.get(other), totals.get(one)))
                .limit(5)
                .map(opcode -> Printer.OPCODES[opcode])
                .collect(Collectors.joining(", "));
        return "%,d classes, %,d constants, %,d methods, the largest of %,d instructions; most used: "
                        .formatted(totals.subList(CLASSES, LARGEST + 1).toArray())
                + mostUsed;
    }

    private static String millis(long begin, long end) {
        return "%,9d ms".formatted((end - begin) / 1_000_000);
    }
}

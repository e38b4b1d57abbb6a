package dev.tandem.benchmarks.goals;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the processors had done by one moment: all of it, and this process with all that it has started.
 *
 * <p>Read from {@code /proc}; where there is none, nothing is known of others. Immutable.
 */
final class ForeignLoad {

    private static final Path PROC = Path.of("/proc");
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, which is an ABI and no setting
    private static final int STEAL = 8;

    private final long nanos = System.nanoTime();
    private final long allTicks;
    private final long ownTicks;

    private ForeignLoad(long allTicks, long ownTicks) {
        this.allTicks = allTicks;
        this.ownTicks = ownTicks;
    }

    static boolean isKnown() {
        return Files.isReadable(PROC.resolve("stat"));
    }

    static ForeignLoad sample() throws IOException {
        return isKnown() ? new ForeignLoad(machine(), tree()) : new ForeignLoad(0, 0);
    }

    /** {@return the cores that others used since then, on average; not a number if nothing tells} */
    double coresSince(ForeignLoad earlier) {
        long foreign = (allTicks - earlier.allTicks) - (ownTicks - earlier.ownTicks);
        return isKnown() ? Math.max(0, foreign) / TICKS_PER_SECOND / secondsSince(earlier) : Double.NaN;
    }

    /** {@return the cores that we used since then, on average} */
    double ownCoresSince(ForeignLoad earlier) {
        return (ownTicks - earlier.ownTicks) / TICKS_PER_SECOND / secondsSince(earlier);
    }

    private double secondsSince(ForeignLoad earlier) {
        return (nanos - earlier.nanos) / 1e9;
    }

    /** User, nice and system time, and what the hypervisor gave to others; interrupts are nobody's. */
    private static long machine() throws IOException {
        String[] fields = Files.readAllLines(PROC.resolve("stat")).get(0).split(" +");
        long steal = fields.length > STEAL ? Long.parseLong(fields[STEAL]) : 0;
        return Long.parseLong(fields[1]) + Long.parseLong(fields[2]) + Long.parseLong(fields[3]) + steal;
    }

    /** Of this process and its descendants, those that have ended and were waited for among them. */
    private static long tree() throws IOException {
        return own().stream().mapToLong(Usage::ticks).sum();
    }

    /** {@return this process, first, and all that it has started} */
    static List<Long> ownProcesses() throws IOException {
        return own().stream().map(Usage::pid).toList();
    }

    private static List<Usage> own() throws IOException {
        Map<Long, List<Usage>> children = new HashMap<>();
        long self = ProcessHandle.current().pid();
        Deque<Usage> open = new ArrayDeque<>();
        for (Usage usage : everybody()) {
            children.computeIfAbsent(usage.parent, parent -> new ArrayList<>()).add(usage);
            if (usage.pid == self) {
                open.add(usage);
            }
        }
        List<Usage> found = new ArrayList<>();
        while (!open.isEmpty()) {
            Usage usage = open.remove();
            found.add(usage);
            open.addAll(children.getOrDefault(usage.pid, List.of()));
        }
        return found;
    }

    private static List<Usage> everybody() throws IOException {
        List<Usage> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                try {
                    found.add(Usage.parse(Files.readString(process.resolve("stat"))));
                } catch (IOException gone) {
                    // ended while we looked
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    private record Usage(long pid, long parent, long ticks) {

        /** The name of the program, in parentheses, may contain anything: what follows the last one is fields. */
        static Usage parse(String stat) {
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = 0;
            for (int i = 11; i <= 14; i++) { // utime, stime and those of ended children
                ticks += Long.parseLong(fields[i]);
            }
            long pid = Long.parseLong(stat.substring(0, stat.indexOf(' ')));
            return new Usage(pid, Long.parseLong(fields[1]), ticks);
        }
    }
}

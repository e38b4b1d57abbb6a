package dev.tandem.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this JVM holds of the system, as far as a runner could leave it behind.
 *
 * @param processes children and their children
 * @param threads with names that runners give
 * @param descriptors open ones but for jars, which class loading opens, and the JVM's random sources; empty where there is no {@code /proc}
 * @param files temporary files of ours
 * @param zombies children that ended and that nobody waited for
 */
public record Footprint(
        Set<String> processes, Set<String> threads, List<String> descriptors, Set<String> files, Set<String> zombies) {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path PROCESSES = Path.of("/proc");

    /** Class loading, logging and the like may open one or the other. */
    private static final int TOLERATED_DESCRIPTORS = 2;

    private static final Set<String> LIVE_AS_LONG_AS_THE_JVM = Set.of("tandem-stream-cleaner", "tandem-runner-cleaner");

    /** What it holds now. */
    public static Footprint now() {
        return new Footprint(
                ProcessHandle.current()
                        .descendants()
                        .map(process ->
                                process.pid() + " " + process.info().command().orElse("?"))
                        .collect(Collectors.toSet()),
                threadsNow().filter(Footprint::isRunners).collect(Collectors.toSet()),
                descriptorsNow(),
                PrivateTemporaryDirectory.filesOfOurs(),
                zombiesNow());
    }

    /** What is here and was not there, in words. */
    public List<String> beyond(Footprint before) {
        List<String> more = new ArrayList<>();
        addMore(more, "process ", processes, before.processes);
        addMore(more, "thread ", threads, before.threads);
        addMore(more, "file ", files, before.files);
        addMore(more, "zombie ", zombies, before.zombies);
        if (descriptors.size() > before.descriptors.size() + TOLERATED_DESCRIPTORS) {
            List<String> newOnes = new ArrayList<>(descriptors);
            before.descriptors.forEach(newOnes::remove);
            more.add("descriptors: " + before.descriptors.size() + " before, " + descriptors.size()
                    + " now, among them " + newOnes);
        }
        return more;
    }

    private static void addMore(List<String> more, String what, Set<String> now, Set<String> before) {
        Set<String> left = new HashSet<>(now);
        left.removeAll(before);
        left.forEach(one -> more.add(what + one));
    }

    /** Without their stacks, for which the JVM would have to stop them all. */
    private static Stream<String> threadsNow() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] all = new Thread[root.activeCount() + 100];
        int count = root.enumerate(all, true);
        return Arrays.stream(all, 0, count).map(Thread::getName);
    }

    private static boolean isRunners(String threadName) {
        return (threadName.startsWith("tandem-") || threadName.startsWith("case-"))
                && !LIVE_AS_LONG_AS_THE_JVM.contains(threadName);
    }

    private static List<String> descriptorsNow() {
        List<String> open = new ArrayList<>();
        if (Files.isDirectory(DESCRIPTORS)) {
            try (Stream<Path> all = Files.list(DESCRIPTORS)) {
                for (Path one : all.toList()) {
                    String target = targetOf(one);
                    if (!target.endsWith(".jar") && !target.endsWith("random")) { // the JVM keeps both for itself
                        open.add(target);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return open;
    }

    private static String targetOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed.jar"; // between the listing and the look
        }
    }

    private static Set<String> zombiesNow() {
        Set<String> zombies = new HashSet<>();
        if (!Files.isDirectory(DESCRIPTORS)) {
            return zombies;
        }
        try (Stream<Path> all = Files.list(PROCESSES)) {
            for (Path process : all.toList()) {
                if (Character.isDigit(process.getFileName().toString().charAt(0)) && isZombieOfOurs(process)) {
                    zombies.add(process.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zombies;
    }

    /** The line reads {@code pid (command) state parent …}, where the command may contain anything. */
    private static boolean isZombieOfOurs(Path process) {
        try {
            String line = Files.readString(process.resolve("stat"));
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", 3);
            return fields[0].equals("Z")
                    && fields[1].equals(String.valueOf(ProcessHandle.current().pid()));
        } catch (NoSuchFileException e) {
            return false; // gone meanwhile
        } catch (IOException e) {
            return false; // the same, noticed later
        }
    }
}

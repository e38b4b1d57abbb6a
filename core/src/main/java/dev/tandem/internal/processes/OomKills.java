package dev.tandem.internal.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How many processes around this JVM the kernel has killed to get memory back, where Linux tells.
 *
 * <p>A worker lives in the memory cgroup of the JVM that started it, and the kernel counts its kills there: as {@code
 * oom_kill} in {@code memory.events} (version 2) or {@code memory.oom_control} (version 1). The count says how many, not who.
 * So a worker that died of a SIGKILL that nobody here has sent claims one of those that happened in its lifetime and that no
 * other worker has claimed.
 *
 * <p>Thread-safe; reads two small files and holds its lock for the arithmetic only.
 */
final class OomKills {

    /** Those of this JVM's own cgroup. */
    static final OomKills HERE = new OomKills(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));

    private static final String COUNTER = "oom_kill ";

    private final Path membership;
    private final Path hierarchies;

    // --- guarded by this ---
    private long claimed; // the count up to which every kill has its victim

    /**
     * Reads other files than those of this system.
     *
     * @param membership says which cgroups the process is in
     * @param hierarchies where they are mounted
     */
    OomKills(Path membership, Path hierarchies) {
        this.membership = membership;
        this.hierarchies = hierarchies;
    }

    /** The count so far; empty where it cannot be read. */
    OptionalLong count() {
        try {
            for (Path file : candidates(Files.readAllLines(membership, StandardCharsets.UTF_8))) {
                OptionalLong count = countIn(file);
                if (count.isPresent()) {
                    return count;
                }
            }
        } catch (IOException | RuntimeException e) {
            // another system, or one that shows us nothing: then nobody knows
        }
        return OptionalLong.empty();
    }

    /**
     * Claims a kill for a worker.
     *
     * @param before the count when it was started
     * @return how many kills there are since then that are nobody else's; zero if there are none, empty if unknown
     */
    OptionalLong claim(OptionalLong before) {
        OptionalLong now = count();
        if (before.isEmpty() || now.isEmpty()) {
            return OptionalLong.empty();
        }
        synchronized (this) {
            long from = Math.max(before.getAsLong(), claimed);
            long unclaimed = Math.max(0, now.getAsLong() - from);
            if (unclaimed > 0) {
                claimed = from + 1;
            }
            return OptionalLong.of(unclaimed);
        }
    }

    /** Version 2 first, where both are mounted; a container may see its own cgroup as the root of the mount. */
    private List<Path> candidates(List<String> memberships) {
        Stream<Path> version2 = memberships.stream()
                .filter(line -> line.startsWith("0::"))
                .flatMap(line -> Stream.of(
                        inside(hierarchies, line.substring(3)).resolve("memory.events"),
                        hierarchies.resolve("memory.events")));
        Path memory = hierarchies.resolve("memory");
        Stream<Path> version1 = memberships.stream()
                .map(line -> line.split(":", 3))
                .filter(parts ->
                        parts.length == 3 && List.of(parts[1].split(",")).contains("memory"))
                .flatMap(parts -> Stream.of(
                        inside(memory, parts[2]).resolve("memory.oom_control"), memory.resolve("memory.oom_control")));
        return Stream.concat(version2, version1).toList();
    }

    private static Path inside(Path mount, String cgroup) {
        return mount.resolve(cgroup.startsWith("/") ? cgroup.substring(1) : cgroup);
    }

    private static OptionalLong countIn(Path file) {
        if (!Files.isReadable(file)) {
            return OptionalLong.empty();
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(COUNTER))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(COUNTER.length()).strip()))
                    .findFirst();
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}

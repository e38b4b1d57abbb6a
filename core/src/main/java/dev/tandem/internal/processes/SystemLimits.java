package dev.tandem.internal.processes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the system allows this process, as far as Linux shows it in files. What cannot be read is unknown, and empty. Immutable;
 * reads each time.
 */
final class SystemLimits {

    private static final long KIB = 1024;
    private static final long BEYOND_ALL_MEMORY = 1L << 60; // version 1 of cgroups has a number for "none"

    private final Path root;

    /** Those of this process. */
    SystemLimits() {
        this(Path.of("/"));
    }

    /** Those that are written below another root. */
    SystemLimits(Path root) {
        this.root = root;
    }

    /** How many descriptors one process may have. */
    OptionalLong openFiles() {
        return softLimit("Max open files");
    }

    /** How many descriptors this process has. */
    OptionalLong openNow() {
        try (Stream<Path> descriptors = Files.list(root.resolve("proc/self/fd"))) {
            return OptionalLong.of(descriptors.count());
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** How many processes and threads this user may have. */
    OptionalLong processes() {
        return softLimit("Max processes");
    }

    /** How many more processes and threads this container may have. */
    OptionalLong processesLeft() {
        OptionalLong most = cgroup("pids", "pids.max", "pids.max");
        OptionalLong now = cgroup("pids", "pids.current", "pids.current");
        return most.isPresent() && now.isPresent()
                ? OptionalLong.of(most.getAsLong() - now.getAsLong())
                : OptionalLong.empty();
    }

    /** The memory of the machine, in bytes. */
    OptionalLong memory() {
        return memoryInfo("MemTotal:");
    }

    /** How much of it can be had, in bytes; the container's part if that is less. */
    OptionalLong memoryFree() {
        OptionalLong free = memoryInfo("MemAvailable:");
        OptionalLong limit = memoryLimit();
        OptionalLong used = cgroup("memory", "memory.current", "memory.usage_in_bytes");
        if (limit.isEmpty() || used.isEmpty()) {
            return free;
        }
        long left = Math.max(0, limit.getAsLong() - used.getAsLong());
        return OptionalLong.of(Math.min(left, free.orElse(left)));
    }

    /** The memory of this container, in bytes; empty if it has no limit of its own. */
    OptionalLong memoryLimit() {
        OptionalLong limit = cgroup("memory", "memory.max", "memory.limit_in_bytes");
        return limit.isPresent() && limit.getAsLong() < BEYOND_ALL_MEMORY ? limit : OptionalLong.empty();
    }

    /** What shows that this is a container. */
    Optional<String> container() {
        for (String sign : List.of(".dockerenv", "run/.containerenv")) {
            if (Files.exists(root.resolve(sign))) {
                return Optional.of("/" + sign);
            }
        }
        return lines("proc/1/cgroup").stream()
                .filter(line -> Stream.of("docker", "kubepods", "lxc", "containerd", "libpod")
                        .anyMatch(line::contains))
                .findFirst()
                .map(line -> "/proc/1/cgroup: " + line);
    }

    private OptionalLong softLimit(String name) {
        return lines("proc/self/limits").stream()
                .filter(line -> line.startsWith(name))
                .map(line -> number(line.substring(name.length()).strip().split("\\s+")[0]))
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    private OptionalLong memoryInfo(String name) {
        for (String line : lines("proc/meminfo")) {
            if (line.startsWith(name)) {
                OptionalLong kilobytes =
                        number(line.substring(name.length()).strip().split("\\s+")[0]);
                return kilobytes.isPresent() ? OptionalLong.of(kilobytes.getAsLong() * KIB) : kilobytes;
            }
        }
        return OptionalLong.empty();
    }

    /** A container may see its own group as the root of the mount. */
    private OptionalLong cgroup(String controller, String version2, String version1) {
        for (String line : lines("proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            boolean unified = line.startsWith("0::");
            if (parts.length == 3 && (unified || List.of(parts[1].split(",")).contains(controller))) {
                Path mount = root.resolve(unified ? "sys/fs/cgroup" : "sys/fs/cgroup/" + controller);
                String file = unified ? version2 : version1;
                String group = parts[2].startsWith("/") ? parts[2].substring(1) : parts[2];
                for (Path candidate : List.of(mount.resolve(group).resolve(file), mount.resolve(file))) {
                    Optional<String> text = lines(candidate).stream().findFirst();
                    if (text.isPresent()) {
                        return number(text.get().strip());
                    }
                }
            }
        }
        return OptionalLong.empty();
    }

    private List<String> lines(String file) {
        return lines(root.resolve(file));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file, StandardCharsets.ISO_8859_1) : List.of();
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // "unlimited", "max"
        }
    }
}

package dev.tandem;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the options of a worker JVM may say; each message names the option, the value and what to use instead. */
final class WorkerJvmRules {

    private static final List<String> HEAP_FLAGS =
            List.of("-Xmx", "-XX:MaxHeapSize=", "-XX:MaxRAMPercentage=", "-XX:MaxRAM=");

    private static final List<String> INITIAL_HEAP_FLAGS = List.of("-Xms", "-XX:InitialHeapSize=", "-XX:MinHeapSize=");

    private static final Set<String> CLASS_PATH_FLAGS = Set.of("-cp", "-classpath", "--class-path");

    private static final Set<String> MAIN_CLASS_FLAGS =
            Set.of("-jar", "-m", "--module", "--source", "-version", "--version", "-h", "-?", "-help", "--help");

    /** Flags whose value is the argument that follows. */
    private static final Set<String> FLAGS_WITH_VALUE = Set.of(
            "-p",
            "--module-path",
            "--upgrade-module-path",
            "--add-modules",
            "--enable-native-access",
            "--limit-modules",
            "--add-reads",
            "--add-exports",
            "--add-opens",
            "--patch-module");

    private WorkerJvmRules() {}

    static <T> List<T> appended(String option, List<T> present, Collection<? extends T> more) {
        if (Checks.present(option, more).isEmpty()) {
            throw new IllegalArgumentException(option + " must not be empty; leave it out for the default");
        }
        List<T> all = new ArrayList<>(present);
        more.forEach(element -> all.add(Checks.present("an element of " + option, element)));
        return List.copyOf(all);
    }

    static Map<String, String> merged(String option, Map<String, String> present, Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(present);
        Checks.present(option, more).forEach((name, value) -> {
            Checks.present(option + " name", name);
            Checks.present(option + " value of " + name, value);
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                throw Checks.refused(option + " name", "not be empty nor contain '=' or NUL", '"' + name + '"');
            }
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(option + " value of " + name + " must not contain NUL");
            }
            all.put(name, value);
        });
        return Collections.unmodifiableMap(all);
    }

    /** Values may be secret. */
    static String names(Map<String, String> values) {
        return new TreeSet<>(values.keySet()).toString();
    }

    /** Flags without the values of properties, which may be secret. */
    static String textOf(List<String> flags) {
        return flags.stream()
                .map(flag -> flag.replaceFirst("(?s)^(-D[^=]*=).*", "$1<not shown>"))
                .toList()
                .toString();
    }

    static Path javaHome(Path home) {
        boolean hasJava = Files.isExecutable(home.resolve("bin").resolve("java"))
                || Files.isExecutable(home.resolve("bin").resolve("java.exe"));
        if (!hasJava) {
            throw Checks.refused("javaHome", "be the directory of a JDK, with an executable bin/java in it", home);
        }
        return home;
    }

    static Path directory(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw Checks.refused("workingDirectory", "be an existing directory", directory);
        }
        return directory;
    }

    static void checkFlags(List<String> args) {
        String before = "";
        for (String arg : args) {
            if (arg.isBlank()) {
                throw Checks.refused("jvmArgs", "not contain blank arguments", textOf(args));
            }
            if (CLASS_PATH_FLAGS.contains(arg) || arg.startsWith("--class-path=")) {
                throw Checks.refused("jvmArgs", "not set the class path; use classPath(...)", arg);
            }
            boolean isFlag = arg.startsWith("-") || FLAGS_WITH_VALUE.contains(before);
            if (!isFlag || MAIN_CLASS_FLAGS.contains(arg)) {
                throw Checks.refused("jvmArgs", "be flags of the java command, without a main class", arg);
            }
            before = arg;
        }
    }

    static void checkOneHeap(long maxHeapBytes, List<String> jvmArgs) {
        for (String arg : jvmArgs) {
            if (HEAP_FLAGS.stream().anyMatch(arg::startsWith)) {
                throw new IllegalArgumentException("maxHeap and jvmArgs must not both set the heap: maxHeap="
                        + ByteSize.text(maxHeapBytes) + ", jvmArgs=" + arg + "; keep one");
            }
        }
    }

    /** Such a JVM would not start, and would say so for each worker anew. */
    static void checkInitialHeap(long maxHeapBytes, List<String> jvmArgs) {
        for (String arg : jvmArgs) {
            for (String flag : INITIAL_HEAP_FLAGS) {
                if (arg.startsWith(flag)
                        && ByteSize.parse("jvmArgs " + flag, arg.substring(flag.length())) > maxHeapBytes) {
                    throw new IllegalArgumentException(
                            "jvmArgs must not begin with a larger heap than maxHeap allows: jvmArgs=" + arg
                                    + ", maxHeap=" + ByteSize.text(maxHeapBytes));
                }
            }
        }
    }

    /** A JVM does not complain about an entry that is not there, but about each class that it does not find. */
    static Path classPathEntry(Path entry) {
        Path name = entry.getFileName();
        boolean isWildcard = name != null && name.toString().equals("*");
        Path parent = entry.toAbsolutePath().getParent();
        if (isWildcard ? parent == null || !Files.isDirectory(parent) : !Files.exists(entry)) {
            throw Checks.refused("classPath", "name existing directories and jars", entry.toAbsolutePath());
        }
        return entry;
    }

    static void checkMemory(long maxHeapBytes, long maxWorkerMemoryBytes) {
        if (maxWorkerMemoryBytes <= maxHeapBytes) {
            throw new IllegalArgumentException("maxWorkerMemory must be larger than maxHeap, which it contains:"
                    + " maxWorkerMemory=" + ByteSize.text(maxWorkerMemoryBytes) + ", maxHeap="
                    + ByteSize.text(maxHeapBytes));
        }
    }

    static void checkOneProperty(Map<String, String> systemProperties, List<String> jvmArgs) {
        for (String key : systemProperties.keySet()) {
            String flag = "-D" + key;
            if (jvmArgs.stream().anyMatch(arg -> arg.equals(flag) || arg.startsWith(flag + "="))) {
                throw new IllegalArgumentException(
                        "systemProperty and jvmArgs must not both set a property: " + key + "; keep one");
            }
        }
    }
}

package dev.tandem.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** The command of a JVM like this one: the same java, the same class path. */
final class JavaProcess {

    private JavaProcess() {}

    /** Prepares a JVM with default flags but for {@code flag}, and one argument. */
    static ProcessBuilder of(Class<?> main, String flag, String argument) {
        return new ProcessBuilder(List.of(java(), flag, "-cp", classPath(), main.getName(), argument));
    }

    /** Prepares a JVM with default flags. */
    static ProcessBuilder of(Class<?> main) {
        return new ProcessBuilder(List.of(java(), "-cp", classPath(), main.getName()));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}

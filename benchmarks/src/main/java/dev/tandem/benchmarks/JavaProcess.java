package dev.tandem.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command of a JVM like this one: the same java, the same class path. */
public final class JavaProcess {

    private JavaProcess() {}

    /**
     * Prepares a JVM with default flags but for one.
     *
     * @param main its main class
     * @param flag the flag
     * @param arguments of the program
     * @return what starts it
     */
    public static ProcessBuilder of(Class<?> main, String flag, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java(), flag, "-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /**
     * Prepares a JVM with default flags.
     *
     * @param main its main class
     * @return what starts it
     */
    public static ProcessBuilder of(Class<?> main) {
        return on(classPath(), main);
    }

    /**
     * Prepares a JVM with default flags and another class path.
     *
     * @param classPath the class path
     * @param main its main class
     * @param arguments of the program
     * @return what starts it
     */
    public static ProcessBuilder on(String classPath, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java(), "-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}

package dev.tandem.examples;

import dev.tandem.ParallelRunner;
import java.util.List;

/** Greets from threads of this JVM, then from worker JVMs: the same task, and one word changed. */
final class HelloRunner {

    private static final List<String> NAMES = List.of("Ada", "Barbara", "Grace");

    public static void main(String[] args) {
        String here = "from process " + ProcessHandle.current().pid();
        System.out.println("this JVM: " + here);
        boolean inside = greet("threads", ParallelRunner.threads()).stream().allMatch(text -> text.endsWith(here));
        boolean outside =
                greet("processes", ParallelRunner.processes()).stream().noneMatch(text -> text.endsWith(here));
        System.exit(inside && outside ? 0 : 1);
    }

    private static List<String> greet(String engine, ParallelRunner opened) {
        try (ParallelRunner runner = opened) {
            List<String> greetings = runner.map(NAMES, HelloRunner::greeting).join();
            greetings.forEach(greeting -> System.out.println(engine + ": " + greeting));
            return greetings;
        }
    }

    /** The task. */
    private static String greeting(String name) {
        return "Hello, " + name + ", from process " + ProcessHandle.current().pid();
    }
}

package dev.tandem.benchmarks;

/** The least that a JVM can be started for. */
final class HelloWorld {

    private HelloWorld() {}

    /** Says hello. */
    public static void main(String[] arguments) {
        System.out.println("hello, world");
    }
}

package dev.tandem.benchmarks;

/** The least that a JVM can be started for. */
public final class HelloWorld {

    private HelloWorld() {}

    /**
     * Says hello.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        System.out.println("hello, world");
    }
}

package watched;

import dev.tandem.ParallelRunner;
import java.lang.management.ManagementFactory;

/** Says with what its JVM and a worker were started. */
public final class Watched {

    private Watched() {}

    public static void main(String[] args) throws Exception {
        System.out.println("parent: " + surroundings());
        try (ParallelRunner runner = ParallelRunner.processes()) {
            System.out.println("worker: " + runner.submit(() -> surroundings()).join());
        }
        Class.forName("shop.Program").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }

    static String surroundings() {
        return "agent " + System.getProperty("watched.agent") + ", tool option " + System.getProperty("watched.tool")
                + ", flags " + ManagementFactory.getRuntimeMXBean().getInputArguments();
    }
}

package shop;

import dev.tandem.ParallelRunner;
import java.nio.file.Path;
import java.util.List;

/** Asks a worker for a receipt, as a user would; with an argument, a worker on the JDK in that directory. */
public final class Program {

    private Program() {}

    public static void main(String[] args) {
        long begin = System.nanoTime();
        try (ParallelRunner runner = args.length == 0
                ? ParallelRunner.processes()
                : ParallelRunner.processes(o -> o.javaHome(Path.of(args[0])))) {
            Basket basket = new Basket(List.of(20, 30, 50));
            Receipt receipt = runner.submit(() -> Till.checkOut(basket)).join();
            long millis = (System.nanoTime() - begin) / 1_000_000;
            System.out.println("PLACE " + receipt + " start=" + millis + " " + runner.stats());
        }
    }
}

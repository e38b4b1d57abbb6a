package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tandem.ParallelRunner;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A user's test, with a lambda that is in the test. */
final class ProgramTest {

    @Test
    void asksAWorker() {
        long begin = System.nanoTime();
        try (ParallelRunner runner = ParallelRunner.processes()) {
            Basket basket = new Basket(List.of(20, 30, 50));
            Receipt receipt = runner.submit(() -> Till.checkOut(basket)).join();
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertEquals(90, receipt.total());
            System.out.println("PLACE " + receipt + " start=" + millis + " " + runner.stats());
        }
    }
}

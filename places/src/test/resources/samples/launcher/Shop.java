import dev.tandem.ParallelRunner;
import java.io.Serializable;
import java.util.List;

/** A program of one file, which nobody has compiled. */
public class Shop {

    public static void main(String[] args) {
        long begin = System.nanoTime();
        try (ParallelRunner runner = ParallelRunner.processes()) {
            Basket basket = new Basket(List.of(20, 30, 50));
            Receipt receipt = runner.submit(() -> Till.checkOut(basket)).join();
            long millis = (System.nanoTime() - begin) / 1_000_000;
            System.out.println("PLACE " + receipt + " start=" + millis + " " + runner.stats());
        }
    }
}

class Basket implements Serializable {

    private final List<Integer> prices;

    Basket(List<Integer> prices) {
        this.prices = prices;
    }

    int total() {
        return prices.stream().mapToInt(Integer::intValue).sum();
    }
}

class Till {

    static Receipt checkOut(Basket basket) {
        Class<?> type = Till.class;
        String origin = type.getClassLoader().getClass().getSimpleName() + " of " + type.getProtectionDomain().getCodeSource();
        return new Receipt(basket.total() * 9 / 10, "thank you", System.getProperty("java.version"), origin);
    }
}

record Receipt(int total, String greeting, String jdk, String origin) implements Serializable {}

import dev.tandem.ParallelRunner;

long begin = System.nanoTime();

record Receipt(int total, String greeting, String jdk, String origin) implements java.io.Serializable {}

class Basket implements java.io.Serializable {
    private final List<Integer> prices;
    Basket(List<Integer> prices) { this.prices = prices; }
    int total() { return prices.stream().mapToInt(Integer::intValue).sum(); }
}

int discount(int total) { return total / 10; }

class Till {
    static String greeting() { return "thank you"; }
    static Receipt checkOut(Basket basket) {
        String origin = Till.class.getClassLoader().getClass().getSimpleName() + " of " + Till.class.getName();
        return new Receipt(basket.total() - discount(basket.total()), greeting(), System.getProperty("java.version"), origin);
    }
}

Receipt ask(ParallelRunner runner, Basket basket) { return runner.submit(() -> Till.checkOut(basket)).join(); }

ParallelRunner runner = ParallelRunner.processes();
Basket basket = new Basket(List.of(20, 30, 50));
Receipt receipt = ask(runner, basket);
System.out.println("PLACE " + receipt + " start=" + (System.nanoTime() - begin) / 1_000_000 + " " + runner.stats());

// another body: the class that holds the method is redefined in place, where the execution can do that
int discount(int total) { return total / 5; }
System.out.println("a new method: " + ask(runner, basket).total());

// another shape: a class of another name
class Till {
    static Receipt checkOut(Basket basket) { return new Receipt(basket.total() - rebate(), "see you", "", ""); }
    static int rebate() { return 30; }
}
System.out.println("a new class: " + ask(runner, basket).total());

// a lambda typed at the prompt
System.out.println("a lambda: " + runner.submit(() -> Till.checkOut(new Basket(List.of(100)))).join().total());

// a variable of the prompt is a static field of a hidden class: as data it travels, as code it would not
System.out.println("data: " + runner.map(List.of(basket), it -> it.total()).join());
runner.close();
/exit

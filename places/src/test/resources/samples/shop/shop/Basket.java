package shop;

import java.io.Serializable;
import java.util.List;

/** An object that a lambda captures. */
final class Basket implements Serializable {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // lists of List.of are serializable
    private final List<Integer> prices;

    Basket(List<Integer> prices) {
        this.prices = prices;
    }

    int total() {
        return prices.stream().mapToInt(Integer::intValue).sum();
    }
}

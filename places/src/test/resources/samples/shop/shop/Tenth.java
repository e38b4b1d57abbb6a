package shop;

/** A provider of the service. */
public final class Tenth implements Discount {

    @Override
    public int on(int total) {
        return total / 10;
    }
}

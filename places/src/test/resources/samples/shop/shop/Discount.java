package shop;

/** A service. */
public interface Discount {

    /** How much less a basket of that price costs. */
    int on(int total);
}

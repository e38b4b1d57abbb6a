/** The shop as a module that opens nothing and exports nothing. */
module shop {
    requires dev.tandem.core;

    uses shop.Discount;

    provides shop.Discount with
            shop.Tenth;
}

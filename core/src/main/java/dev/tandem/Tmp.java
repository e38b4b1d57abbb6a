package dev.tandem;
/** Tmp. */
public class Tmp {
    private Tmp() {}
}

package shop;

import java.io.Serializable;

/** A result: what is to be paid, on which JDK it was computed, and where the class that computed it came from. */
record Receipt(int total, String greeting, String jdk, String origin) implements Serializable {}

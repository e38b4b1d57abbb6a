package dev.tandem.ipc;

/** What a definition means to a decoder; found out on first use, not when it arrives. */
sealed interface Defined permits DefinedClass, DefinedLambda {

    /** The first byte of a class descriptor's definition. */
    byte CLASS = 0;

    /** The first byte of a lambda template's definition. */
    byte LAMBDA = 1;
}

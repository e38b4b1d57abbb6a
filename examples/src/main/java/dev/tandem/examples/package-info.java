/** Small programs that show Tandem at work; each runs alone, {@code Tour} runs the main ones. */
@NullMarked
package dev.tandem.examples;

import org.jspecify.annotations.NullMarked;

/**
 * The engine that consists of two: it starts on the one that the recommender names, measures, and moves what waits to the other when the
 * numbers say so.
 */
@NullMarked
package dev.tandem.internal.adaptive;

import org.jspecify.annotations.NullMarked;

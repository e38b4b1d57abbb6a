/** A user's program, run for real in each place where Java runs: a worker JVM must come up there without any option. */
@NullMarked
package dev.tandem.places;

import org.jspecify.annotations.NullMarked;

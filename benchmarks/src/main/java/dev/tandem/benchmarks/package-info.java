/** JMH benchmarks of submitting, mapping, crossing the process border and starting workers. */
@NullMarked
package dev.tandem.benchmarks;

import org.jspecify.annotations.NullMarked;

/** What surrounds one run of a task on either engine: its context, its interrupts, its failure as data. */
@NullMarked
package dev.tandem.internal.task;

import org.jspecify.annotations.NullMarked;

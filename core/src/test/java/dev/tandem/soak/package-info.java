/** A program that treats many runners badly for a given time, and proves from its own books that none of them lost or doubled a task. */
@NullMarked
package dev.tandem.soak;

import org.jspecify.annotations.NullMarked;

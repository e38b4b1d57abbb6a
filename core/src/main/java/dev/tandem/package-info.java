/** One runner for parallel tasks, on threads or on supervised worker JVMs. */
@NullMarked
package dev.tandem;

import org.jspecify.annotations.NullMarked;

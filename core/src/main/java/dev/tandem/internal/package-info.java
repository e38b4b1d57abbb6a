/** The one seam between the public factories and the engines. Nothing under {@code internal} is exported. */
@NullMarked
package dev.tandem.internal;

import org.jspecify.annotations.NullMarked;

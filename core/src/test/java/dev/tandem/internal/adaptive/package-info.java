/** What an adaptive runner does with its two engines. */
@NullMarked
package dev.tandem.internal.adaptive;

import org.jspecify.annotations.NullMarked;

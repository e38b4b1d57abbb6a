/** What the contract tests stand on: one test on every runner, and the checks that nothing is left behind. */
@NullMarked
package dev.tandem.testing;

import org.jspecify.annotations.NullMarked;

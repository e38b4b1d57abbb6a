/** What every runner promises, whatever it runs tasks on. */
@NullMarked
package dev.tandem.contract;

import org.jspecify.annotations.NullMarked;

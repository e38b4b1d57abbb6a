/**
 * SLF4J in a worker: loggers that hand what they are told to the supervisor, whose loggers of the same names log it.
 *
 * <p>Nothing here is loaded before somebody in the worker logs.
 */
@NullMarked
package dev.tandem.internal.worker.logging;

import org.jspecify.annotations.NullMarked;

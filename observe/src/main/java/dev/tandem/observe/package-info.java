/**
 * Runners in the tools that programs are watched with: metrics for Micrometer, and context for tasks, from OpenTelemetry and from Micrometer's
 * context propagation.
 *
 * <p>The carriers of context need no setting up: they are found where this library and theirs are on the class path, of worker JVMs too. Where
 * theirs is missing they are left out.
 */
@NullMarked
package dev.tandem.observe;

import org.jspecify.annotations.NullMarked;

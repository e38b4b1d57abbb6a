/** The engines that run tasks in this JVM: on threads, and inline in the caller's. */
@NullMarked
package dev.tandem.internal.threads;

import org.jspecify.annotations.NullMarked;

/**
 * What supervisor and worker say to each other: {@link dev.tandem.internal.protocol.Message} is the vocabulary, {@link
 * dev.tandem.internal.protocol.MessageFormat} its bytes. Nothing here decides anything.
 */
@NullMarked
package dev.tandem.internal.protocol;

import org.jspecify.annotations.NullMarked;

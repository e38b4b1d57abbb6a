/**
 * What every engine shares, from {@code submit} to the kept promise.
 *
 * <p>Read in this order: {@link dev.tandem.internal.engine.Runner} (the face), {@link
 * dev.tandem.internal.engine.Submission} (the life of one task), {@link dev.tandem.internal.engine.TaskPromise} (its
 * handle), {@link dev.tandem.internal.engine.Backlog} (where batches wait), {@link
 * dev.tandem.internal.engine.ResultWindow} (lazy streams). An engine is what implements {@link
 * dev.tandem.internal.engine.Engine}.
 */
@NullMarked
package dev.tandem.internal.engine;

import org.jspecify.annotations.NullMarked;

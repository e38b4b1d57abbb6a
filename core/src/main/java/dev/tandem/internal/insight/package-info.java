/**
 * What can be seen of a runner: what its tasks and workers did, and when.
 *
 * <p>Read in this order: {@link dev.tandem.internal.insight.Recorder} (what an engine tells), {@link
 * dev.tandem.internal.insight.Course} (the times of one task), {@link dev.tandem.internal.insight.Journal} (the events that are
 * kept). Everything else reads from these.
 */
@NullMarked
package dev.tandem.internal.insight;

import org.jspecify.annotations.NullMarked;

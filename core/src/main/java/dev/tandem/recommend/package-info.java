/**
 * Says which engine fits some work, and why.
 *
 * <p>Start with {@link dev.tandem.recommend.Recommender}. A {@link dev.tandem.recommend.WorkloadProfile} is what is known of the work, a
 * {@link dev.tandem.recommend.Machine} where it is to run, a {@link dev.tandem.recommend.Recommendation} the answer with its reasons.
 *
 * <p>Parameters and results are never null unless marked so.
 */
@NullMarked
package dev.tandem.recommend;

import org.jspecify.annotations.NullMarked;

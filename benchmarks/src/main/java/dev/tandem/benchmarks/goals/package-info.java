/**
 * Measures the goals: rows of contenders that do the same work in turn, ours beside a raw primitive and peers.
 *
 * <p>This is for what spans processes. A harness that forks a JVM for each benchmark would compare figures of different
 * moments; here each repetition has all contenders of its row, and a goal is judged by the ratios inside repetitions.
 */
@NullMarked
package dev.tandem.benchmarks.goals;

import org.jspecify.annotations.NullMarked;

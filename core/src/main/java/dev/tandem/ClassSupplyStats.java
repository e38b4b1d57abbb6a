package dev.tandem;

/**
 * What a runner's worker JVMs lacked and got from this JVM over the wire, since the runner was opened.
 *
 * <p>Classes that are on the class path of the workers are not among it: zeros mean that the class path said it all. Runners
 * without worker JVMs have zeros always. Immutable and safe for use by any number of threads.
 *
 * @param classes class files that were sent, each as often as a worker needed it
 * @param resources other resources that were sent
 * @param bytes their contents together, in bytes
 * @param cacheHits how many of these classes and resources were known from an earlier time, so that no class loader of this
 *     JVM was asked for them
 */
public record ClassSupplyStats(long classes, long resources, long bytes, long cacheHits) {}

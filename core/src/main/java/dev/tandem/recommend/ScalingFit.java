package dev.tandem.recommend;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How the throughput of an engine grows with its workers: the Universal Scalability Law, fitted to what was measured.
 *
 * <p>With X(N) the throughput and C(N) = X(N) / X(1), the law is N / C(N) = 1 + α·(N − 1) + β·N·(N − 1); so (N / C(N) − 1) / (N − 1) = α +
 * β·N is a line, and its least squares give both. With two numbers of workers only, β cannot be told from α and is taken to be 0. Source:
 * Neil J. Gunther, <i>Guerrilla Capacity Planning</i> (2007), chapters 4 and 5.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param contention α: what waits its turn; 0 if nothing does
 * @param coherence β: what has to be agreed upon by pairs
 * @param rSquared R²: how much of the differences the law explains, from 0 to 1; empty if there is too little to tell, or if it explains
 *     nothing at all
 */
public record ScalingFit(double contention, double coherence, OptionalDouble rSquared) {

    /** A law with two terms fits these, whatever they are. */
    private static final int LEAST_POINTS = 3;

    /** So many times of one item, with so many workers. */
    record Point(int workers, double nanosPerItem) {}

    /** Needs a point with one worker and one with more. */
    static Optional<ScalingFit> to(List<Point> points) {
        OptionalDouble alone = points.stream()
                .filter(point -> point.workers() == 1)
                .mapToDouble(Point::nanosPerItem)
                .average();
        List<Point> more = points.stream().filter(point -> point.workers() > 1).toList();
        if (alone.isEmpty() || more.isEmpty()) {
            return Optional.empty();
        }
        LeastSquares line = new LeastSquares();
        more.forEach(point -> line.add(point.workers(), slowdown(point, alone.getAsDouble())));
        double contention = line.slope().isPresent() ? line.interceptAt(0) : line.meanY();
        double coherence = line.slope().orElse(0);
        if (coherence < 0) { // faster with each pair: noise, or caches that help; there is no such term
            coherence = 0;
            contention = line.meanY();
        }
        contention = Math.max(0, Math.min(1, contention));
        return Optional.of(
                new ScalingFit(contention, coherence, rSquared(points, alone.getAsDouble(), contention, coherence)));
    }

    private static double slowdown(Point point, double alone) {
        double capacity = alone / point.nanosPerItem();
        return (point.workers() / capacity - 1) / (point.workers() - 1);
    }

    private static OptionalDouble rSquared(List<Point> points, double alone, double contention, double coherence) {
        double mean = points.stream()
                .mapToDouble(point -> alone / point.nanosPerItem())
                .average()
                .orElse(0);
        double unexplained = 0;
        double total = 0;
        for (Point point : points) {
            double capacity = alone / point.nanosPerItem();
            double expected = CostModel.universalScalability(point.workers(), contention, coherence);
            unexplained += (capacity - expected) * (capacity - expected);
            total += (capacity - mean) * (capacity - mean);
        }
        double explained = total == 0 ? 0 : 1 - unexplained / total;
        return points.size() <= LEAST_POINTS || explained <= 0 ? OptionalDouble.empty() : OptionalDouble.of(explained);
    }
}

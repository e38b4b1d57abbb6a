package dev.tandem.recommend;

import java.util.OptionalDouble;

/** The line through points with the least squares of distances, by running means, which lose no digits. Not thread-safe. */
final class LeastSquares {

    private long count;
    private double meanX;
    private double meanY;
    private double squaresOfX;
    private double products;

    void add(double x, double y) {
        count++;
        double fromMean = x - meanX;
        meanX += fromMean / count;
        meanY += (y - meanY) / count;
        squaresOfX += fromMean * (x - meanX);
        products += fromMean * (y - meanY);
    }

    double meanY() {
        return meanY;
    }

    /** Empty if all points are above each other. */
    OptionalDouble slope() {
        return squaresOfX == 0 ? OptionalDouble.empty() : OptionalDouble.of(products / squaresOfX);
    }

    double interceptAt(double x) {
        return meanY + slope().orElse(0) * (x - meanX);
    }
}

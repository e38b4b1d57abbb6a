package dev.tandem.benchmarks.goals;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All rows. */
final class Goals {

    private Goals() {}

    /** {@return the rows in whose names the pattern is found} */
    static List<Row> matching(String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        return Stream.of(
                        LatencyRows.all(),
                        MapRows.all(),
                        PayloadRows.all(),
                        StartRows.all(),
                        ThreadRows.all(),
                        ScalingRows.all(),
                        IdleRows.all(),
                        EventRows.all())
                .flatMap(List::stream)
                .filter(row -> wanted.matcher(row.name).find())
                .toList();
    }

    static Row named(String name) {
        return matching("^" + Pattern.quote(name) + "$").get(0);
    }
}

package dev.tandem.benchmarks.goals;

import static dev.tandem.benchmarks.goals.Goal.atLeast;
import static dev.tandem.benchmarks.goals.Goal.compare;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFunction;
import dev.tandem.benchmarks.TransportKind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A million items on which next to nothing is done. */
final class MapRows {

    private static final int ITEMS = 1_000_000;
    private static final int ARRAY_LENGTH = 1 << 14;
    private static final long LONGEST_MAP_NANOS = 400_000_000;

    private static final TaskFunction<Integer, Integer> ADD_ONE = item -> item + 1;
    private static final TaskFunction<int[], int[]> ADD_ONE_TO_EACH = MapRows::addOne;

    private MapRows() {}

    static List<Row> all() {
        return List.of(boxed(), arrays(), threads());
    }

    private static Row boxed() {
        return Row.of("map-boxed", "map of 10^6 Integers, x + 1, one worker per core", "M items/s")
                .with(
                        "tandem pipes",
                        effort -> Subjects.processes(TransportKind.PIPES, Subjects.cores()),
                        MapRows::mapBoxed)
                .with("parallel stream", MapRows::parallelStream)
                .with("loop", MapRows::loop)
                .with("Python multiprocessing.Pool", effort -> ScriptPeer.python("pool", "map"), ScriptPeer::measure)
                .to(atLeast(30, "tandem pipes"))
                .to(compare("tandem pipes", "parallel stream"));
    }

    private static Row arrays() {
        return Row.of("map-int[]", "map of 10^6 ints in arrays of 16,384, x + 1, one worker per core", "M items/s")
                .with(
                        "tandem pipes",
                        effort -> Subjects.processes(TransportKind.PIPES, Subjects.cores()),
                        MapRows::mapArrays)
                .to(atLeast(150, "tandem pipes"));
    }

    private static Row threads() {
        return Row.of("threads-map", "map of 10^6 Integers on threads, x + 1", "M items/s")
                .with("tandem threads", effort -> Subjects.threads(Subjects.cores()), MapRows::mapBoxed)
                .with("parallel stream", MapRows::parallelStream)
                .with("loop", MapRows::loop)
                .to(atLeast(0.8, "tandem threads", "parallel stream"));
    }

    private static Figure mapBoxed(ParallelRunner runner, Effort effort) throws Exception {
        List<Integer> items = items(mostItems(runner, effort));
        return millions(Timing.rate(
                effort, items.size(), () -> runner.map(items, ADD_ONE).join()));
    }

    private static Figure mapArrays(ParallelRunner runner, Effort effort) throws Exception {
        int arrays = effort.count(2, ITEMS / ARRAY_LENGTH);
        List<int[]> items = IntStream.range(0, arrays)
                .mapToObj(i -> IntStream.range(0, ARRAY_LENGTH).toArray())
                .collect(Collectors.toUnmodifiableList());
        return millions(Timing.rate(
                effort,
                (double) arrays * ARRAY_LENGTH,
                () -> runner.map(items, ADD_ONE_TO_EACH).join()));
    }

    private static Figure parallelStream(Effort effort) throws Exception {
        List<Integer> items = items(effort.count(100, ITEMS));
        return millions(Timing.rate(
                effort,
                items.size(),
                () -> items.parallelStream().map(item -> item + 1).collect(Collectors.toUnmodifiableList())));
    }

    private static Figure loop(Effort effort) throws Exception {
        List<Integer> items = items(effort.count(100, ITEMS));
        return millions(Timing.rate(
                effort,
                items.size(),
                () -> items.stream().map(item -> item + 1).collect(Collectors.toUnmodifiableList())));
    }

    /** {@return the million, or a tenth or hundredth of it where a million would hold up the whole run} */
    private static int mostItems(ParallelRunner runner, Effort effort) {
        int count = effort.count(100, ITEMS / 100);
        while (effort != Effort.ONCE && count < ITEMS) {
            List<Integer> items = items(count);
            long start = System.nanoTime();
            runner.map(items, ADD_ONE).join();
            if ((System.nanoTime() - start) * 10 > LONGEST_MAP_NANOS) {
                break;
            }
            count *= 10;
        }
        return count;
    }

    private static List<Integer> items(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toUnmodifiableList());
    }

    private static Figure millions(Figure perSecond) {
        return Figure.of(perSecond.value() / 1e6);
    }

    private static int[] addOne(int[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            numbers[i]++;
        }
        return numbers;
    }
}

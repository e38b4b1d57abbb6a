package dev.tandem.internal.insight;

import dev.tandem.internal.insight.Event.Departure;
import dev.tandem.internal.insight.Story.Attempt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is worth knowing of a run, in sentences: what, how much, and what to do about it. The worst comes first.
 *
 * <p>Each has a bound below which it is not said, so that what is said matters.
 */
final class Verdicts {

    private static final double MUCH_IDLE = 0.15;
    private static final double LONG_TASK = 0.4; // of the whole time
    private static final double MUCH_CROSSING = 0.3; // of the time that is spent on tasks
    private static final double LONG_TAIL = 0.15;
    private static final double FULLY_BUSY = 0.9;
    private static final int FEW_TASKS = 20; // fewer: what is seen of them says nothing of the next

    private final Story story;
    private final Numbers numbers;
    private final Load load;
    private final Shares shares;
    private final List<String> found = new ArrayList<>();

    private Verdicts(Story story, Load load, Shares shares) {
        this.story = story;
        this.numbers = Numbers.of(story);
        this.load = load;
        this.shares = shares;
    }

    static List<String> of(Story story, Load load, Shares shares) {
        Verdicts verdicts = new Verdicts(story, load, shares);
        verdicts.losses();
        verdicts.failures();
        verdicts.crossing();
        verdicts.longestTask();
        verdicts.idle();
        verdicts.busy();
        verdicts.dropped();
        if (verdicts.found.isEmpty()) {
            verdicts.found.add(
                    story.attempts().isEmpty()
                            ? "No task was submitted."
                            : "Nothing stands in the way"
                                    + (verdicts.numbers.done() < verdicts.numbers.tasks() ? " so far" : "")
                                    + ": no time was lost that matters.");
        }
        return verdicts.found;
    }

    private void losses() {
        long lost = story.workers().stream()
                .filter(life -> life.how() == Departure.LOST)
                .count();
        long unborn = story.workers().stream()
                .filter(life -> life.how() == Departure.FAILED_TO_START)
                .count();
        if (lost > 0) {
            found.add(workers(lost) + " died unasked: the death certificates are below.");
        }
        if (unborn > 0) {
            found.add(workers(unborn) + " could not be started: the reasons are below.");
        }
    }

    private static String tasks(long count) {
        return Html.count(count) + (count == 1 ? " task" : " tasks");
    }

    private static String workers(long count) {
        return Html.count(count) + (count == 1 ? " worker" : " workers");
    }

    private void failures() {
        long again = numbers.triedAgain();
        if (numbers.failed() > 0) {
            found.add(tasks(numbers.failed()) + " failed: what they said is below.");
        }
        if (numbers.stopping() > 0) {
            found.add(tasks(numbers.stopping())
                    + " of those that failed or were cancelled had not stopped yet: a worker was still busy.");
        }
        if (numbers.refused() > 0) {
            found.add(Html.count(numbers.refused()) + (numbers.refused() == 1 ? " more task was" : " more tasks were")
                    + " refused, and not counted as tasks: what the runner said is below.");
        }
        if (again > 0) {
            found.add(
                    Html.count(again) + (again == 1 ? " attempt was" : " attempts were") + " in vain and tried again.");
        }
    }

    private void crossing() {
        double coding = share(shares.coding(), shares.work());
        double crossing = share(shares.crossing(), shares.work());
        if (!story.usesProcesses()) {
            if (coding >= MUCH_CROSSING) {
                found.add(Html.percent(coding)
                        + " of the time is spent on handing tasks in: make them larger, or submit them as a map,"
                        + " which puts small ones together.");
            }
            return;
        }
        if (coding >= MUCH_CROSSING) {
            found.add(Html.percent(coding)
                    + " of the time is encoding and decoding: capture and return less, share() what"
                    + " many tasks use, or run this on threads.");
        } else if (crossing >= MUCH_CROSSING) {
            found.add(Html.percent(crossing) + " of the time is spent on the way to workers and back: make tasks larger"
                    + " (chunkSize of a map), or run this on threads.");
        }
    }

    private void longestTask() {
        Attempt longest = story.attempts().stream()
                .max(Comparator.comparingLong(Attempt::busyNanos))
                .orElse(null);
        double share = longest == null ? 0 : share(longest.busyNanos(), load.lengthNanos());
        if (longest != null && story.attempts().size() > 1 && share >= LONG_TASK) {
            found.add("One task is " + Html.percent(share) + " of the makespan: " + longest.title() + " ran for "
                    + Html.time(longest.busyNanos()) + ". Begin it first, or divide it.");
        }
    }

    private void idle() {
        double starting = share(load.startingNanos(), load.workerNanos());
        double without = share(load.idleWithoutWorkNanos(), load.workerNanos());
        double with = share(load.idleWithWorkNanos(), load.workerNanos());
        double tail = share(load.tailNanos(), load.lengthNanos());
        if (starting >= MUCH_IDLE) {
            found.add("Workers spent " + Html.percent(starting) + " of their time, " + Html.time(load.startingNanos())
                    + ", on starting: keep the runner open for more work"
                    + (story.usesProcesses() ? ", or use fewer workers." : "."));
        }
        if (without >= MUCH_IDLE) {
            found.add("Workers idle " + Html.percent(without)
                    + ": the queue was empty. Submit faster, from more threads or in"
                    + " larger pieces, or use fewer workers.");
        }
        if (with >= MUCH_IDLE && numbers.tasks() >= FEW_TASKS) {
            found.add("Workers idle " + Html.percent(with)
                    + " although tasks waited: handing them over takes too long for tasks of "
                    + Html.time(medianBusyNanos()) + ". Make them larger.");
        }
        if (tail >= LONG_TAIL) {
            found.add("In the last " + Html.percent(tail) + " of the time less than half of the workers had work:"
                    + " begin long tasks first, or divide them.");
        }
    }

    private long medianBusyNanos() {
        long[] all = story.attempts().stream()
                .filter(Attempt::hasRun)
                .mapToLong(Attempt::busyNanos)
                .sorted()
                .toArray();
        return all.length == 0 ? 0 : all[all.length / 2];
    }

    private void busy() {
        double busy = load.busyShare();
        if (busy >= FULLY_BUSY && shares.inLine() > shares.run()) {
            found.add("Workers were busy " + Html.percent(busy)
                    + " of the time and tasks waited: more workers would help," + " if there are cores for them.");
        }
    }

    private void dropped() {
        if (story.droppedEvents() > 0) {
            found.add("The oldest " + Html.count(story.droppedEvents())
                    + (story.droppedEvents() == 1 ? " event is" : " events are")
                    + " not here: raise recordEvents to see all of it.");
        }
    }

    private static double share(long part, long whole) {
        return whole <= 0 ? 0 : (double) part / whole;
    }
}

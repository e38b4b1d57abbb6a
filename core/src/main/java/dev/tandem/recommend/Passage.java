package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.TaskFunction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the work can cross to worker JVMs. One item that cannot is a failure of its own; the function is the work, and so are most of the
 * items, or of their results.
 *
 * <p>Found out twice: before a worker JVM is started by {@linkplain #look encoding} the function, an item and a result, and more of them
 * only where these cannot travel; and then by what {@linkplain #heard became} of the items that were sent.
 *
 * <p>Used by the calling thread, and during a trial by the one that consumes its outcomes.
 */
final class Passage {

    /** Fewer say nothing about the others: the first ones may be the odd ones. More would be lost where results cannot come back. */
    private static final int LEAST = 9;

    private final Refusals items = new Refusals("item ", "items ");
    private final Refusals results = new Refusals("the result of item ", "the results of items ");
    private long tried;
    private long travelled; // beside the first ones, which did not
    private @Nullable String closedBefore;

    /**
     * Looks at what is there before anything is sent.
     *
     * @param returned what the first items returned
     * @param hasTime until when further items are taken
     */
    <A extends @Nullable Object> void look(
            TaskFunction<?, ?> function,
            Supply<A> supply,
            Iterator<Numbered<Object>> returned,
            BooleanSupplier hasTime) {
        closedBefore = CrossingProbe.whyNot(function)
                .map(why -> "the function cannot be serialized: " + why)
                .or(() -> lookAtItems(supply, hasTime))
                .or(() -> look("that of item ", () -> returned.hasNext() ? returned.next() : null, () -> true)
                        .trouble("results"))
                .orElse(null);
    }

    /** What became of an item in a worker JVM. */
    void heard(Numbered<?> input, Outcome<?, ?> outcome) {
        tried++;
        if (outcome instanceof Outcome.Failure<?, ?> failed
                && failed.failure() instanceof NotTransferableException refused) {
            (hasNotRun(refused) ? items : results).add(input.index(), refused);
        }
    }

    /** Whether an item failed before it ran. */
    static boolean hasNotRun(NotTransferableException refused) {
        return refused.part() == NotTransferableException.Part.TASK
                || refused.part() == NotTransferableException.Part.ARGUMENT;
    }

    /** Whether nothing more is to be sent, since the work cannot cross. */
    boolean isClosed() {
        return closedBefore != null || tried >= LEAST && isMost();
    }

    /** Whether the work cannot cross, by all that will ever be tried. */
    boolean isClosedAtTheEnd(boolean isAllTried) {
        return isClosed() || isAllTried && isMost();
    }

    /** Why, if nothing was sent; else what of it could not cross; for a reader who knows the items by their place. */
    List<String> texts(boolean isClosed) {
        if (closedBefore != null) {
            return List.of("worker JVMs: " + closedBefore);
        }
        List<String> texts = new ArrayList<>();
        for (Refusals refusals : List.of(items, results)) {
            if (refusals.count > 0) {
                String share = Figures.number((double) refusals.count) + " of " + Figures.count(tried, "item");
                texts.add(
                        isClosed
                                ? "more on worker JVMs: " + share + " could not cross; " + refusals
                                : share + " on worker JVMs: " + refusals);
            }
        }
        return texts;
    }

    private boolean isMost() {
        return 2 * (items.count + results.count) > tried + travelled;
    }

    private <A extends @Nullable Object> Optional<String> lookAtItems(Supply<A> supply, BooleanSupplier hasTime) {
        List<Numbered<A>> taken = new ArrayList<>();
        Supplier<@Nullable Numbered<A>> next = () -> {
            Numbered<A> item = supply.isEmpty(false) ? null : supply.next(false);
            if (item != null) {
                taken.add(item);
            }
            return item;
        };
        try {
            Look look = look("item ", next, hasTime);
            travelled = look.refused == 0 ? 0 : look.seen - look.refused;
            return look.trouble("items");
        } finally {
            supply.giveBack(taken);
        }
    }

    /** Looks at the first ones, and goes on for as long as most of them cannot travel. */
    private static <A extends @Nullable Object> Look look(
            String which, Supplier<@Nullable Numbered<A>> next, BooleanSupplier hasTime) {
        int seen = 0;
        int refused = 0;
        String first = "";
        boolean isInTime = true;
        while (isInTime && (seen == 0 || 2 * refused > seen && seen < LEAST)) {
            Numbered<A> one = next.get();
            if (one == null) {
                break;
            }
            Optional<String> why = CrossingProbe.whyNot(one.item());
            if (why.isPresent() && refused++ == 0) {
                first = which + one.index() + ": " + why.get();
            }
            seen++;
            isInTime = hasTime.getAsBoolean();
        }
        return new Look(seen, refused, first, isInTime || seen >= LEAST);
    }

    /** What was seen of the first ones; without an end there was no time for as many as it takes. */
    private record Look(int seen, int refused, String first, boolean isComplete) {

        Optional<String> trouble(String what) {
            if (!isComplete || 2 * refused <= seen) {
                return Optional.empty();
            }
            String share = (refused == seen ? "all " : refused + " of ") + seen + " that were looked at";
            return Optional.of("the " + what + " cannot be serialized: " + (seen == 1 ? "" : share + "; ") + first);
        }
    }

    /** Items that could not cross, or whose results could not; the first ones by their place. */
    private static final class Refusals {

        private static final int MOST_NAMED = 3;

        private final String one;
        private final String several;
        private final List<Long> named = new ArrayList<>();
        private long count;
        private String why = "";

        Refusals(String one, String several) {
            this.one = one;
            this.several = several;
        }

        void add(long index, NotTransferableException refused) {
            if (count++ == 0) {
                why = Renumbered.reason(refused).lines().findFirst().orElse("");
            }
            if (named.size() < MOST_NAMED) {
                named.add(index);
            }
        }

        @Override
        public String toString() {
            if (count == 1) {
                return one + named.get(0) + " cannot travel: " + why;
            }
            String last = count > named.size()
                    ? Figures.number((double) count - named.size()) + " more"
                    : String.valueOf(named.get(named.size() - 1));
            String others = named.stream()
                    .limit(count > named.size() ? named.size() : named.size() - 1)
                    .map(String::valueOf)
                    .collect(Collectors.joining(", "));
            return several + others + " and " + last + " cannot travel; " + one + named.get(0) + ": " + why;
        }
    }
}

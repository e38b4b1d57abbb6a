package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.NotTransferableException;
import dev.tandem.NotTransferableException.Part;
import dev.tandem.Outcome;
import dev.tandem.TaskFunction;
import dev.tandem.TaskRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One item is not the work, and neither are the first few. No JVM is started here. */
final class PassageTest {

    private static final TaskFunction<Object, Object> SAME = item -> item;
    private static final Object STAYS = new Object();
    private static final String WHY = "java.lang.Object cannot travel to another JVM, it is not java.io.Serializable."
            + " Let it implement Serializable, or send what is needed to create it on the other side.";

    private final Passage passage = new Passage();
    private boolean hasTime = true;

    @Test
    void looksAtOneItemIfThatTravels() {
        Supply<Object> supply = supply(1, STAYS, STAYS);

        look(supply, List.of());

        assertThat(passage.isClosed()).isFalse();
        assertThat(passage.texts(false)).isEmpty();
        assertThat(supply.nextIndex()).isZero();
        assertThat(supply.next(false)).as("the next one is still there").isEqualTo(new Numbered<Object>(0, 1));
    }

    @Test
    void looksAtMoreItemsIfTheFirstDoesNotTravel() {
        look(supply(STAYS, STAYS, 3, 4), List.of());

        assertThat(passage.isClosed()).isFalse();
    }

    @Test
    void remembersItemsThatTravelBesideTheFirst() {
        look(supply(STAYS, 2, 3), List.of());
        hear(0, Part.ARGUMENT);

        assertThat(passage.isClosedAtTheEnd(true))
                .as("the others ran on threads")
                .isFalse();
    }

    @Test
    void isClosedIfMostOfTheFirstItemsDoNotTravel() {
        look(supply(STAYS, STAYS, 3, STAYS, STAYS, 6, STAYS, 8, STAYS, 10, 11, 12), List.of());

        assertThat(passage.isClosed()).isTrue();
        assertThat(passage.texts(true))
                .containsExactly(
                        "worker JVMs: the items cannot be serialized: 6 of 9 that were looked at; item 0: " + WHY);
    }

    @Test
    void isClosedIfTheOnlyItemDoesNotTravel() {
        look(supply(STAYS), List.of());

        assertThat(passage.texts(true)).containsExactly("worker JVMs: the items cannot be serialized: item 0: " + WHY);
    }

    @Test
    void saysNothingOfItemsThatThereWasNoTimeToLookAt() {
        hasTime = false;

        look(supply(STAYS, STAYS, 3), List.of());

        assertThat(passage.isClosed()).isFalse();
    }

    @Test
    void isClosedIfMostResultsDoNotTravel() {
        look(supply(1), List.of(STAYS, STAYS));

        assertThat(passage.texts(true))
                .containsExactly(
                        "worker JVMs: the results cannot be serialized: all 2 that were looked at; that of item 0: "
                                + WHY);
    }

    @Test
    void isOpenIfOneResultDoesNotTravel() {
        look(supply(1), List.of(STAYS, 2));

        assertThat(passage.isClosed()).isFalse();
    }

    @Test
    void isClosedIfTheFunctionDoesNotTravel() {
        Object captured = STAYS;

        passage.look((TaskFunction<Object, Object>) item -> captured, supply(1), noResults(), () -> true);

        assertThat(passage.isClosed()).isTrue();
        assertThat(passage.texts(true).get(0)).startsWith("worker JVMs: the function cannot be serialized: ");
    }

    @Test
    void closesWhenMostOfAtLeastNineWereRefused() {
        IntStream.range(0, 8).forEach(i -> hear(i, Part.ARGUMENT));

        assertThat(passage.isClosed()).as("eight say nothing").isFalse();
        assertThat(passage.isClosedAtTheEnd(false)).isFalse();
        assertThat(passage.isClosedAtTheEnd(true))
                .as("unless there are no more")
                .isTrue();
        hear(8, null);
        assertThat(passage.isClosed()).isTrue();
        IntStream.range(9, 16).forEach(i -> hear(i, null));
        assertThat(passage.isClosedAtTheEnd(true)).as("half is not most").isFalse();
        hear(16, Part.RESULT);
        assertThat(passage.isClosed()).isTrue();
        assertThat(passage.texts(true))
                .containsExactly(
                        "more on worker JVMs: 8 of 17 items could not cross; items 0, 1, 2 and 5 more cannot travel;"
                                + " item 0: no way",
                        "more on worker JVMs: 1 of 17 items could not cross; the result of item 16 cannot travel: no way");
        assertThat(passage.texts(false))
                .contains("1 of 17 items on worker JVMs: the result of item 16 cannot travel: no way");
    }

    @Test
    void namesAllOfAFew() {
        hear(3, Part.RESULT);
        hear(4, Part.RESULT);

        assertThat(passage.texts(false))
                .containsExactly(
                        "2 of 2 items on worker JVMs: the results of items 3 and 4 cannot travel; the result of item 3: no way");
    }

    private void hear(int index, @Nullable Part refused) {
        TaskRef task = new TaskRef(1, null, 1, "worker 0").atInput(0);
        passage.heard(
                new Numbered<>(index, index),
                refused == null
                        ? new Outcome.Success<>(index, index)
                        : new Outcome.Failure<>(index, new NotTransferableException(task, refused, "no way", "", "")));
    }

    private void look(Supply<Object> supply, List<Object> results) {
        List<Numbered<Object>> numbered = new ArrayList<>();
        results.forEach(result -> numbered.add(new Numbered<>(numbered.size(), result)));
        passage.look(SAME, supply, numbered.iterator(), () -> hasTime);
    }

    private static Iterator<Numbered<Object>> noResults() {
        return List.<Numbered<Object>>of().iterator();
    }

    private static Supply<Object> supply(Object... items) {
        return new Supply<>(List.of(items).iterator());
    }
}

package dev.tandem.internal.adaptive;

import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Carried;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes all that waits out of the line of one engine and puts it in front of the line of another, in the same order, short inputs of one
 * call together; or in front of its own, if only they are to go together otherwise.
 *
 * <p>What cannot be prepared for the other engine stays where it was. Batches that the user has made, by {@code chunkSize}, stay as they
 * are. Used once, by one thread, which may run code of the user's.
 */
final class Move {

    private final Engine from;
    private final Engine to;
    private final int chunkSize;
    private final Predicate<Submission<?>> isReady;

    // ---- in order ----

    private final List<Group> groups = new ArrayList<>();

    /** What goes to a worker together. */
    private record Group(Engine engine, @Nullable Carried code, List<Submission<?>> members) {

        /** What is still wanted of it, and waits from now on. */
        Optional<Batch> unclaimed() {
            List<Submission<?>> wanted = new ArrayList<>(members.size());
            for (Submission<?> submission : members) {
                submission.goesTo(engine);
                if (submission.unclaim()) {
                    wanted.add(submission);
                }
            }
            return wanted.isEmpty() ? Optional.empty() : Optional.of(Batch.of(wanted));
        }
    }

    /**
     * Prepares a move.
     *
     * @param chunkSize how many inputs of one call go together, if the user has not said so
     * @param isReady prepares a submission for the other engine; false if it cannot be; throws nothing
     */
    Move(Engine from, Engine to, int chunkSize, Predicate<Submission<?>> isReady) {
        this.from = from;
        this.to = to;
        this.chunkSize = chunkSize;
        this.isReady = isReady;
    }

    void carryOut() {
        for (Batch batch : from.giveUpWaiting()) {
            List<Submission<?>> all = onTheirOwn(batch);
            boolean staysTogether = all.get(0).options().chunkSize().isPresent();
            if (staysTogether && all.stream().allMatch(isReady)) {
                groups.add(new Group(to, null, all));
            } else {
                all.forEach(submission -> add(submission, staysTogether));
            }
        }
        enter(to);
        if (from != to) {
            enter(from);
        }
    }

    private void enter(Engine goal) {
        List<Batch> waiting = groups.stream()
                .filter(group -> group.engine() == goal)
                .map(Group::unclaimed)
                .flatMap(Optional::stream)
                .toList();
        if (!waiting.isEmpty()) {
            goal.takeOver(waiting);
        }
    }

    /** In order. */
    private static List<Submission<?>> onTheirOwn(Batch batch) {
        List<Submission<?>> all = new ArrayList<>(batch.size());
        for (Submission<?> submission : batch.submissions()) {
            List<Submission<?>> parts = submission.apart(); // the last one first
            for (int i = parts.size() - 1; i >= 0; i--) {
                all.add(parts.get(i));
            }
        }
        return all;
    }

    private void add(Submission<?> submission, boolean staysAlone) {
        Engine goal = isReady.test(submission) ? to : from;
        Carried code = submission.carriedCode();
        boolean isInput = !staysAlone && code != null && code.original() instanceof UserCode.OfFunction;
        Group open = groups.isEmpty() ? null : groups.get(groups.size() - 1);
        if (isInput
                && open != null
                && open.engine() == goal
                && open.code() == code // those of one call share it, and with it their options
                && open.members().size() < chunkSize) {
            open.members().add(submission);
        } else {
            groups.add(new Group(goal, isInput ? code : null, new ArrayList<>(List.of(submission))));
        }
    }
}

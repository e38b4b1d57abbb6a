package dev.tandem.examples;

import dev.tandem.ParallelRunner;
import dev.tandem.WorkerLocal;
import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Asks a thousand questions of a model that is expensive to build. Each worker builds one, for the first question
 * that it gets, and keeps it; only the recipe travels, never the model.
 */
final class ModelPerWorker {

    private static final int WORKERS = 2;

    public static void main(String[] args) {
        boolean threads = ask("threads", ParallelRunner.threads(o -> o.workers(WORKERS)));
        boolean processes = ask("worker JVMs", ParallelRunner.processes(o -> o.workers(WORKERS)));
        System.exit(threads && processes ? 0 : 1);
    }

    private static boolean ask(String engine, ParallelRunner opened) {
        List<Integer> questions =
                IntStream.rangeClosed(1, 1_000).map(i -> 10_000 * i).boxed().toList();
        WorkerLocal<Model> model = WorkerLocal.withInitial(Model::new);
        try (ParallelRunner runner = opened) {
            List<Answer> answers = runner.map(questions, question -> model.get().answer(question))
                    .join();
            long models = answers.stream().map(Answer::model).distinct().count();
            int last = answers.get(answers.size() - 1).prime();
            System.out.printf(
                    "%-12s %,d answers from %d models; the last: %,d%n", engine, answers.size(), models, last);
            return models <= WORKERS && last == 9_999_991;
        }
    }

    private record Answer(int prime, UUID model) implements Serializable {}

    /** Knows the largest prime below any number up to ten millions. Not serializable, and need not be. */
    private static final class Model {

        private static final int LIMIT = 10_000_000;

        private final UUID id = UUID.randomUUID();
        private final BitSet composite = new BitSet(LIMIT);

        Model() {
            IntStream.rangeClosed(2, (int) Math.sqrt(LIMIT))
                    .filter(n -> !composite.get(n))
                    .forEach(this::strikeOut);
        }

        private void strikeOut(int prime) {
            for (int multiple = prime * prime; multiple < LIMIT; multiple += prime) {
                composite.set(multiple);
            }
        }

        Answer answer(int below) {
            return new Answer(composite.previousClearBit(below - 1), id);
        }
    }
}

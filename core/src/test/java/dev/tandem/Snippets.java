package dev.tandem;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.tandem.recommend.Recommendation;
import dev.tandem.recommend.Recommender;
import dev.tandem.recommend.Trait;
import dev.tandem.recommend.WorkloadProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.swing.JLabel;
import javax.swing.JProgressBar;
import javax.swing.SwingUtilities;

/**
 * The examples of the Javadoc, so that they compile; {@link SnippetsTest} compares the text.
 *
 * <p>Each method holds one example between its braces; the types below it are what the example assumes.
 */
final class Snippets {

    private final List<Path> files = List.of();
    private final List<Image> images = List.of();
    private final List<Integer> rows = List.of();
    private final List<Outcome<Path, Page>> report = new ArrayList<>();

    @SuppressWarnings("UnusedVariable") // the example ends where it gets interesting
    void runner() {
        try (var runner = ParallelRunner.processes(o -> o.workers(4).maxHeap("512m"))) {
            List<Page> pages =
                    runner.withTimeout(ofSeconds(5)).map(files, Parser::parse).join();
        }
    }

    void outcomes(ParallelRunner runner) {
        try (Stream<Outcome<Path, Page>> all = runner.outcomes(files, Parser::parse)) {
            all.forEach(report::add);
        }
    }

    void workerLocal(ParallelRunner runner) {
        WorkerLocal<Model> model = WorkerLocal.withInitial(Model::load);
        runner.map(images, image -> model.get().classify(image)).join();
    }

    void shared(ParallelRunner runner) {
        Shared<double[]> table = runner.share(load());
        runner.map(rows, row -> score(row, table.get())).join();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for what is shown
    void progress(TaskFuture<String> future, JProgressBar bar, JLabel label) {
        future.onProgress(p -> bar.setValue((int) p.done()), SwingUtilities::invokeLater)
                .thenAcceptAsync(result -> label.setText(result), SwingUtilities::invokeLater);
    }

    void recommendation() {
        Recommendation advice = Recommender.recommend(
                WorkloadProfile.of(Trait.CPU_BOUND).tasks(50_000).taskTime(ofMillis(12)));
        System.out.println(advice.explain());
    }

    void adaptive() {
        try (var runner = ParallelRunner.adaptive(WorkloadProfile.of(Trait.CPU_BOUND))) {
            runner.map(files, Parser::parse).join();
            runner.adaptations().forEach(System.out::println);
        }
    }

    @SuppressWarnings({"MissingOverride", "ClassCanBeStatic"}) // for brevity
    static final class Carriers {

        public final class TenantCarrier implements ContextCarrier {
            public String name() {
                return "tenant";
            }

            public Object capture() {
                return Tenant.current();
            }

            public Restored restore(Object tenant) {
                String before = Tenant.set((String) tenant);
                return failure -> Tenant.set(before);
            }
        }
    }

    static final class Tenant {

        private static final ThreadLocal<String> NAME = new ThreadLocal<>();

        private Tenant() {}

        static String current() {
            return NAME.get();
        }

        static String set(String name) {
            String before = NAME.get();
            NAME.set(name);
            return before;
        }
    }

    private static double[] load() {
        return new double[1];
    }

    private static double score(int row, double[] table) {
        return table[row];
    }

    record Page(Path file) {}

    record Image(Path file) {}

    static final class Parser {

        private Parser() {}

        static Page parse(Path file) {
            return new Page(file);
        }
    }

    static final class Model {

        static Model load() {
            return new Model();
        }

        String classify(Image image) {
            return image.toString();
        }
    }
}

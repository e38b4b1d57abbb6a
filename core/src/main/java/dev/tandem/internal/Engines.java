package dev.tandem.internal;

import dev.tandem.AdaptiveOptions;
import dev.tandem.AdaptiveRunner;
import dev.tandem.Diagnosis;
import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.RunnerOptions;
import dev.tandem.ThreadOptions;
import dev.tandem.internal.adaptive.AdaptingRunner;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.Runner;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.insight.Recorder;
import dev.tandem.internal.processes.Examination;
import dev.tandem.internal.processes.ProcessEngine;
import dev.tandem.internal.threads.InlineEngine;
import dev.tandem.internal.threads.ThreadEngine;
import dev.tandem.recommend.Recommender;
import dev.tandem.recommend.WorkloadProfile;
import java.util.function.Function;

/** Opens runners, and examines them before: the only class that the public API knows of the engines. */
public final class Engines {

    private static final String DEFAULT_NAME = ThreadOptions.defaults().name();

    private Engines() {}

    /**
     * Opens a runner on threads.
     *
     * @param options how to build it
     * @return the runner
     */
    public static ParallelRunner threads(ThreadOptions options) {
        return open(options, context -> new ThreadEngine(context, options));
    }

    /**
     * Opens a runner on worker JVMs.
     *
     * @param options how to build it
     * @return the runner
     */
    public static ParallelRunner processes(ProcessOptions options) {
        return open(options, context -> new ProcessEngine(context, options));
    }

    /**
     * Opens a runner that chooses between threads and worker JVMs.
     *
     * @param profile what is known of the work
     * @param options how to build it
     * @return the runner
     */
    public static AdaptiveRunner adaptive(WorkloadProfile profile, AdaptiveOptions options) {
        String name = options.name().isEmpty() ? RunnerContext.nextName() : options.name();
        return AdaptingRunner.open(name, Recommender.recommend(profile), options);
    }

    /** {@return a runner in the caller's thread} */
    public static ParallelRunner inline() {
        return new Runner(
                new RunnerContext(RunnerContext.nextName(), Recorder.eventsByDefault(), InlineEngine::new), true);
    }

    private static ParallelRunner open(RunnerOptions options, Function<RunnerContext, Engine> engine) {
        return new Runner(new RunnerContext(nameOr(options.name()), options.recordEvents(), engine), options.isJmx());
    }

    /**
     * Examines what worker JVMs would be started with.
     *
     * @param options theirs
     * @return what was found
     */
    public static Diagnosis diagnose(ProcessOptions options) {
        return Examination.of(options);
    }

    private static String nameOr(String name) {
        return name.equals(DEFAULT_NAME) ? RunnerContext.nextName() : name;
    }
}

package dev.tandem.recommend;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A recommendation, as the flight recorder of the JVM is told of it; loaded only where there is one. */
@Name("dev.tandem.Recommendation")
@Label("Recommendation")
@Category("Tandem")
@Description("The recommender has said which engine fits some work, and why")
final class AdviceEvent extends Event {

    @Label("Strategy")
    @Nullable
    String strategy;

    @Label("Workers")
    int workers;

    @Label("Decided by Rule")
    @Nullable
    String rule;

    @Label("Confidence")
    @Nullable
    String confidence;

    @Label("Explanation")
    @Nullable
    String explanation;

    /** Tells of it, if somebody records. */
    static void tell(Recommendation made) {
        AdviceEvent event = new AdviceEvent();
        if (event.isEnabled()) {
            event.strategy = made.strategy().name();
            event.workers = made.sizing().workers();
            event.rule = made.decidedBy().rule();
            event.confidence = made.confidence().name();
            event.explanation = made.explain();
            event.commit();
        }
    }
}

package dev.tandem.examples;

import static dev.tandem.recommend.Trait.*;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;

import dev.tandem.recommend.Machine;
import dev.tandem.recommend.Recommender;
import dev.tandem.recommend.WorkloadProfile;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Threads or processes, for twenty kinds of work that people ask about: what is said of each, and what follows on this machine.
 */
public final class Advisor {

    private static final long KB = 1L << 10;
    private static final long MB = 1L << 20;

    /** The work by its name, with what its author would know of it. */
    static final Map<String, WorkloadProfile> TWENTY = new LinkedHashMap<>();

    static {
        work(
                "PDF parsing",
                WorkloadProfile.of(CPU_BOUND, MAY_HANG, IGNORES_INTERRUPTION, MUST_BE_CAPPED)
                        .taskTime(ofMillis(400))
                        .memoryPerTask(200 * MB)
                        .tasks(10_000));
        work(
                "image thumbnails",
                WorkloadProfile.of(CPU_BOUND)
                        .without(NATIVE_CODE, MAY_CRASH, MAY_HANG)
                        .taskTime(ofMillis(60))
                        .payloadBytes(3 * MB)
                        .resultBytes(20 * KB)
                        .tasks(5_000));
        work(
                "JDBC fan-out",
                WorkloadProfile.of(IO_BOUND, LIVE_SHARED_OBJECTS)
                        .taskTime(ofMillis(25))
                        .waitRatio(20)
                        .downstreamLimit(10));
        work(
                "HTTP crawl",
                WorkloadProfile.of(NETWORK_BOUND)
                        .taskTime(ofMillis(300))
                        .waitRatio(50)
                        .downstreamLimit(200)
                        .tasks(100_000));
        work(
                "regex on user input",
                WorkloadProfile.of(CPU_BOUND, MAY_HANG, IGNORES_INTERRUPTION)
                        .taskTime(ofNanos(200_000))
                        .payloadBytes(4 * KB)
                        .resultBytes(100));
        work(
                "Monte Carlo",
                WorkloadProfile.of(COMPUTE_INTENSIVE)
                        .taskTime(ofMillis(12))
                        .tasks(50_000)
                        .payloadBytes(100)
                        .resultBytes(8));
        work(
                "Swing search box",
                WorkloadProfile.of(UI_FACING, LIVE_SHARED_OBJECTS).taskTime(ofMillis(40)));
        work("plug-ins", WorkloadProfile.of(MAY_CRASH, MAY_HANG, CALLS_EXIT, CHANGES_GLOBAL_STATE));
        work(
                "OCR through JNI",
                WorkloadProfile.of(COMPUTE_INTENSIVE, NATIVE_CODE, NOT_THREAD_SAFE)
                        .taskTime(ofSeconds(2))
                        .memoryPerTask(300 * MB)
                        .payloadBytes(MB));
        work(
                "video transcoding",
                WorkloadProfile.of(COMPUTE_INTENSIVE, NATIVE_CODE, INNER_PARALLELISM)
                        .innerThreads(4)
                        .taskTime(ofSeconds(90)));
        work(
                "JSON to objects",
                WorkloadProfile.of(CPU_BOUND)
                        .taskTime(ofNanos(30_000))
                        .payloadBytes(20 * KB)
                        .resultBytes(20 * KB)
                        .tasks(1_000_000));
        work(
                "log file grep",
                WorkloadProfile.of(IO_BOUND).waitRatio(2).taskTime(ofMillis(80)).tasks(400));
        work(
                "report with the default locale",
                WorkloadProfile.of(CPU_BOUND, CHANGES_GLOBAL_STATE).taskTime(ofMillis(150)));
        work(
                "mutation testing",
                WorkloadProfile.of(CPU_BOUND, MAY_HANG, MAY_CRASH, OTHER_JVM_FLAGS)
                        .taskTime(ofMillis(700))
                        .tasks(2_000));
        work(
                "compiling on an old JDK",
                WorkloadProfile.of(COMPUTE_INTENSIVE, OTHER_JDK)
                        .taskTime(ofSeconds(3))
                        .tasks(12));
        work(
                "game of life, cell by cell",
                WorkloadProfile.of(CPU_BOUND).taskTime(ofNanos(40)).tasks(1_000_000));
        work(
                "shared cache warm-up",
                WorkloadProfile.of(NETWORK_BOUND, LIVE_SHARED_OBJECTS)
                        .taskTime(ofMillis(15))
                        .arrivals(400)
                        .downstreamLimit(32));
        work(
                "message consumer",
                WorkloadProfile.of(IO_BOUND).taskTime(ofMillis(20)).waitRatio(3).arrivals(250));
        work(
                "model inference, 4 GB each",
                WorkloadProfile.of(COMPUTE_INTENSIVE, NATIVE_CODE)
                        .memoryPerTask(4096 * MB)
                        .taskTime(ofMillis(250)));
        work(
                "crashing codec on open handles",
                WorkloadProfile.of(NATIVE_CODE, MAY_CRASH, NOT_SERIALIZABLE).taskTime(ofMillis(5)));
    }

    private static void work(String name, WorkloadProfile profile) {
        TWENTY.put(name, profile);
    }

    public static void main(String[] args) {
        Machine machine = Machine.current();
        TWENTY.forEach((name, profile) -> System.out.println(
                "### " + name + "\n" + Recommender.recommend(profile, machine).explain()));
    }
}

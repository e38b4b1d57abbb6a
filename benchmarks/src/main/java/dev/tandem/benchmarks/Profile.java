package dev.tandem.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * A recording of JFR's samples in this JVM, and what it says in few lines: for each thread how many samples, and in which of our
 * methods, with all that they call, how many of them.
 *
 * <p>JFR sees a thread that runs Java code or is in a call of native code, be it at work there or waiting for input; one that is parked is
 * not sampled. Threads that were in one and the same call all the time are left out. Used by one thread.
 */
final class Profile {

    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final int METHODS = 8;
    private static final double LEAST_SHARE = 0.03;

    private static @Nullable Recording current;

    private Profile() {}

    /** Starts recording; one at a time in a JVM. */
    static boolean start() {
        var recording = new Recording();
        recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
        recording.enable("jdk.NativeMethodSample").withPeriod(PERIOD);
        FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .map(EventType::getName)
                .filter(name -> name.startsWith("dev.tandem.")) // on by default, and then a part of what is profiled
                .forEach(recording::disable);
        recording.start();
        current = recording;
        return true;
    }

    /** {@return what was recorded since {@link #start}, as lines of Markdown} */
    static String stop() throws IOException {
        Path file = Files.createTempFile("profile", ".jfr");
        try (Recording recording = Objects.requireNonNull(current, "nothing is being recorded")) {
            recording.stop();
            recording.dump(file);
            return summary(RecordingFile.readAllEvents(file));
        } finally {
            Files.delete(file);
        }
    }

    private static String summary(List<RecordedEvent> samples) {
        Map<String, List<RecordedEvent>> byThread = samples.stream()
                .filter(event -> event.hasField("sampledThread") && event.getStackTrace() != null)
                .collect(Collectors.groupingBy(Profile::thread));
        return byThread.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getValue().size()))
                .filter(entry -> entry.getValue().size() > LEAST_SHARE * samples.size())
                .flatMap(entry -> line(entry.getKey(), entry.getValue()).stream())
                .collect(Collectors.joining("\n"));
    }

    /** Nothing of a thread that was in one call all the time. */
    private static Optional<String> line(String thread, List<RecordedEvent> samples) {
        String methods = methods(samples);
        return methods.isEmpty()
                ? Optional.empty()
                : Optional.of("- `" + thread + "`, " + samples.size() + " samples: " + methods);
    }

    private static String thread(RecordedEvent sample) {
        var thread = sample.getThread("sampledThread");
        return thread == null || thread.getJavaName() == null ? "?" : thread.getJavaName();
    }

    /** The methods that hold most samples, themselves and in what they call; the outermost is always 100 % and left out. */
    private static String methods(List<RecordedEvent> samples) {
        Map<String, Integer> counts = new HashMap<>();
        for (RecordedEvent sample : samples) {
            methodsOf(sample).forEach(method -> counts.merge(method, 1, Integer::sum));
        }
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > LEAST_SHARE * samples.size() && entry.getValue() < samples.size())
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(METHODS)
                .map(entry -> String.format(
                        Locale.ROOT, "%s %.0f %%", entry.getKey(), 100.0 * entry.getValue() / samples.size()))
                .collect(Collectors.joining(", "));
    }

    /** Ours, and the innermost, whose ever it is. */
    private static Set<String> methodsOf(RecordedEvent sample) {
        Set<String> methods = new LinkedHashSet<>();
        List<RecordedFrame> frames = new ArrayList<>(sample.getStackTrace().getFrames());
        for (int i = 0; i < frames.size(); i++) {
            String type = frames.get(i).getMethod().getType().getName();
            if (i == 0 || type.startsWith("dev.tandem.") && !type.startsWith("dev.tandem.benchmarks.")) {
                methods.add(type.substring(type.lastIndexOf('.') + 1) + "."
                        + frames.get(i).getMethod().getName());
            }
        }
        return methods;
    }
}

package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is debugged, measured and watched: its workers are not, by accident, at the same ports. */
final class InstrumentedTest {

    @TempDir
    private Path directory;

    @Test
    void runsUnderADebuggerAnAgentAndAManagementPort() throws Exception {
        Path classes = directory.resolve("watched");
        List<Path> classPath = new ArrayList<>(List.of(Sample.shop()));
        classPath.addAll(Library.jars());
        Sample.compile(List.of("-cp", Library.path(classPath)), Sample.javaFiles(Sample.sources("watched")), classes);
        classPath.add(classes);
        Path agent = directory.resolve("agent.jar");
        try (JarWriter writer = new JarWriter(agent, Map.of("Premain-Class", "watched.Agent"))) {
            writer.addTree("", classes);
        }
        Ended ended = new Place("debugger, agent, JMX port, JAVA_TOOL_OPTIONS", directory)
                .environment(
                        "JAVA_TOOL_OPTIONS",
                        "-Dwatched.tool=set -Dcom.sun.management.jmxremote.port=0"
                                + " -Dcom.sun.management.jmxremote.authenticate=false"
                                + " -Dcom.sun.management.jmxremote.ssl=false")
                .java(
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=localhost:0",
                        "-javaagent:" + agent,
                        "-cp",
                        Library.path(classPath),
                        "watched.Watched");
        ended.isRight();
        String parent = line(ended, "parent: ");
        assertThat(parent).contains("agent here", "tool option set", "jdwp", "jmxremote.port", "-javaagent:");
        assertThat(line(ended, "worker: "))
                .contains("agent null", "flags [")
                .doesNotContain("jdwp", "jmxremote", "-javaagent:");
    }

    private static String line(Ended ended, String begin) {
        return ended.output()
                .lines()
                .filter(line -> line.startsWith(begin))
                .findFirst()
                .orElseThrow(() -> new AssertionError(begin + ended.story()));
    }
}

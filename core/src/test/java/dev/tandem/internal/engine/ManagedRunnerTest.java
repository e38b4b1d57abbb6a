package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerMXBean;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.HardLimit;
import java.lang.management.ManagementFactory;
import java.util.Set;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(HardLimit.class)
final class ManagedRunnerTest {

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void showsEachRunnerUnderItsNameUntilItIsClosed() throws Exception {
        ObjectName first = name("shown");
        ObjectName second = name("shown#2");
        try (ParallelRunner one = ParallelRunner.threads(o -> o.name("shown").workers(1))) {
            Eventually.holds("registered", () -> server.isRegistered(first));
            RunnerMXBean bean = JMX.newMXBeanProxy(server, first, RunnerMXBean.class);
            one.submit(() -> {}).join();
            assertThat(bean.getSubmitted()).isEqualTo(1);
            assertThat(bean.getSucceeded()).isEqualTo(1);
            assertThat(bean.getFallbacks()).isZero();
            assertThat(bean.getStrategy()).isEqualTo("THREADS");
            assertThat(bean.getWorkerLines()).singleElement().asString().startsWith("worker 0 (pid ");
            assertThat(bean.threadDump()).startsWith("shown on THREADS: 1 worker");
            try (ParallelRunner two = ParallelRunner.threads(o -> o.name("shown"));
                    ParallelRunner hidden =
                            ParallelRunner.threads(o -> o.name("hidden").jmx(false))) {
                Eventually.holds("registered beside it", () -> server.isRegistered(second));
                assertThat(two.strategy()).isEqualTo(hidden.strategy());
                assertThat(server.isRegistered(name("hidden"))).isFalse();
            }
            assertThat(server.isRegistered(second)).isFalse();
            assertThat(server.isRegistered(first)).isTrue();
        }
        assertThat(server.queryNames(new ObjectName("dev.tandem:type=Runner,name=\"shown*\""), null))
                .isEqualTo(Set.of());
    }

    private static ObjectName name(String runner) {
        try {
            return new ObjectName("dev.tandem:type=Runner,name=" + ObjectName.quote(runner));
        } catch (MalformedObjectNameException e) {
            throw new AssertionError(e);
        }
    }
}

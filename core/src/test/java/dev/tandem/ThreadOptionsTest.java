package dev.tandem;

import static dev.tandem.OptionRules.refuses;
import static dev.tandem.OptionRules.refusesNull;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ThreadOptionsTest {

    private final ThreadOptions defaults = ThreadOptions.defaults();

    @Test
    void hasOnePlatformThreadPerCoreByDefault() {
        assertThat(defaults.strategy()).isEqualTo(Strategy.THREADS);
        assertThat(defaults.workers()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(defaults.isVirtual()).isFalse();
        assertThat(defaults.queueCapacity()).isEqualTo(65_536);
        assertThat(defaults.onFullQueue()).isEqualTo(FullQueue.BLOCK);
        assertThat(defaults.isTransferableRequired()).isFalse();
        assertThat(defaults.stopGrace()).isEqualTo(ofSeconds(1));
        assertThat(defaults.workers(4).maxAbandonedThreads()).as("derived").isEqualTo(8);
        assertThat(defaults.workers(6).maxAbandonedThreads()).isEqualTo(12);
        assertThat(defaults.name()).isEqualTo("tandem");
        assertThat(defaults).hasToString("ThreadOptions[]");
    }

    @Test
    void keepsWhatIsSet() {
        ThreadOptions options = defaults.workers(3)
                .queueCapacity(10)
                .onFullQueue(FullQueue.REJECT)
                .requireTransferable()
                .stopGrace(ofMillis(0))
                .maxAbandonedThreads(0)
                .name("crawler");

        assertThat(options.workers()).isEqualTo(3);
        assertThat(options.queueCapacity()).isEqualTo(10);
        assertThat(options.onFullQueue()).isEqualTo(FullQueue.REJECT);
        assertThat(options.isTransferableRequired()).isTrue();
        assertThat(options.stopGrace()).isZero();
        assertThat(options.maxAbandonedThreads()).isZero();
        assertThat(options.name()).isEqualTo("crawler");
        assertThat(options)
                .hasToString("ThreadOptions[workers=3, queueCapacity=10, onFullQueue=REJECT, requireTransferable=true,"
                        + " stopGrace=PT0S, maxAbandonedThreads=0, name=crawler]");
    }

    @Test
    void isEqualToWhatSaysTheSame() {
        assertThat(defaults.workers(3).name("a"))
                .isEqualTo(defaults.name("a").workers(3))
                .hasSameHashCodeAs(defaults.name("a").workers(3))
                .isNotEqualTo(defaults.workers(3))
                .isNotEqualTo(ProcessOptions.defaults().workers(3).name("a"));
    }

    @Test
    void hasVirtualThreadsWhereTheJvmHas() {
        if (Runtime.version().feature() >= 21) {
            assertThat(defaults.virtual().isVirtual()).isTrue();
            assertThat(defaults.virtual().platform()).isEqualTo(defaults);
        } else {
            assertThatThrownBy(defaults::virtual).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void canBeMadeForAJvmWithVirtualThreadsOnOneThatHasNone() {
        ThreadOptions elsewhere = defaults.virtualOn(21);

        assertThat(elsewhere.isVirtual()).isTrue();
        assertThat(elsewhere).hasToString("ThreadOptions[virtual=true]");
        if (Runtime.version().feature() >= 21) {
            assertThat(elsewhere).isEqualTo(defaults.virtual());
        } else {
            assertThatThrownBy(() -> ParallelRunner.of(elsewhere))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("this JVM is Java " + Runtime.version() + ": use platform() here");
        }
        refuses(
                () -> defaults.virtualOn(20),
                "javaVersion must be 21 or newer, to have virtual threads: javaVersion=20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17.0.15+6", "19.0.2", "20"})
    void namesTheJavaThatHasNoVirtualThreads(String version) {
        assertThatThrownBy(() -> ThreadOptions.requireVirtualThreads(Runtime.Version.parse(version)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("virtual threads need Java 21 or newer, but this JVM is Java " + version
                        + ": use platform() here, or run on a newer JDK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"21", "25.0.3+9"})
    void acceptsAJavaWithVirtualThreads(String version) {
        assertThatCode(() -> ThreadOptions.requireVirtualThreads(Runtime.Version.parse(version)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesBadValues() {
        refuses(() -> defaults.workers(0), "workers must be positive: workers=0");
        refuses(() -> defaults.workers(-1), "workers must be positive: workers=-1");
        refuses(() -> defaults.queueCapacity(0), "queueCapacity must be positive: queueCapacity=0");
        refuses(() -> defaults.stopGrace(ofMillis(-1)), "stopGrace must not be negative: stopGrace=PT-0.001S");
        refuses(
                () -> defaults.maxAbandonedThreads(-1),
                "maxAbandonedThreads must not be negative: maxAbandonedThreads=-1");
        refuses(
                () -> defaults.recordEvents(Integer.MAX_VALUE),
                "recordEvents must be at most 10000000: recordEvents=2147483647");
        refuses(() -> defaults.recordEvents(-1), "recordEvents must not be negative: recordEvents=-1");
        assertThat(defaults.recordEvents(10_000_000).recordEvents()).isEqualTo(10_000_000);
        refuses(() -> defaults.name(""), "name must not be blank: name=\"\"");
    }

    @Test
    void namesTheOptionThatIsNull() {
        refusesNull(() -> defaults.onFullQueue(null), "onFullQueue");
        refusesNull(() -> defaults.stopGrace(null), "stopGrace");
        refusesNull(() -> defaults.name(null), "name");
    }
}

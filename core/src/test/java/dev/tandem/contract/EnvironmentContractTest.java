package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;

/** What a worker has of the JVM that starts it, before any class of the user's is loaded. */
final class EnvironmentContractTest {

    /** What a JVM is like; taken when the class is loaded, as a user's constants are. */
    static final class Surroundings {
        static final List<String> FOUND = List.of(
                Charset.defaultCharset().name(),
                Locale.getDefault().toLanguageTag(),
                Locale.getDefault(Locale.Category.DISPLAY).toLanguageTag(),
                Locale.getDefault(Locale.Category.FORMAT).toLanguageTag(),
                TimeZone.getDefault().getID());

        private Surroundings() {}
    }

    private static List<String> now() {
        return List.of(
                Charset.defaultCharset().name(),
                Locale.getDefault().toLanguageTag(),
                Locale.getDefault(Locale.Category.DISPLAY).toLanguageTag(),
                Locale.getDefault(Locale.Category.FORMAT).toLanguageTag(),
                TimeZone.getDefault().getID());
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void holdsInAWorkerAsItDoesHere(Runners runners) throws Exception {
        Locale locale = Locale.getDefault();
        Locale display = Locale.getDefault(Locale.Category.DISPLAY);
        Locale format = Locale.getDefault(Locale.Category.FORMAT);
        TimeZone zone = TimeZone.getDefault();
        Path directory = runners.newDirectory().toRealPath();
        try {
            Locale.setDefault(Locale.forLanguageTag("sr-Latn-RS-u-nu-latn-x-mine"));
            Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("th-TH-u-ca-buddhist"));
            Locale.setDefault(Locale.Category.DISPLAY, Locale.forLanguageTag("fr-CA-u-nu-latn"));
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            System.setProperty("contract.color", "gr\u00fcn");
            List<String> here = now();
            ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.inheritProperties("contract.*")
                    .environment("CONTRACT_WORD", "two words")
                    .workingDirectory(directory)));
            assertThat(runner.submit(() -> Surroundings.FOUND).join()).isEqualTo(here);
            runner.submit(() -> {
                        Locale.setDefault(Locale.JAPAN);
                        TimeZone.setDefault(TimeZone.getTimeZone("CET"));
                        System.setProperty("contract.color", "red");
                    })
                    .join();
            assertThat(runner.submit(EnvironmentContractTest::now).join())
                    .as("what the next task finds")
                    .isEqualTo(here);
            assertThat(runner.submit(() -> List.of(
                                    System.getProperty("contract.color"),
                                    System.getenv("CONTRACT_WORD"),
                                    Path.of("").toAbsolutePath().toString(),
                                    System.getProperty("java.awt.headless")))
                            .join())
                    .containsExactly("gr\u00fcn", "two words", directory.toString(), "true");
        } finally {
            Locale.setDefault(locale);
            Locale.setDefault(Locale.Category.DISPLAY, display);
            Locale.setDefault(Locale.Category.FORMAT, format);
            TimeZone.setDefault(zone);
            System.clearProperty("contract.color");
        }
    }
}

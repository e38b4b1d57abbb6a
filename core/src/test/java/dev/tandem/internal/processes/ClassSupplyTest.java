package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ClassSupplyStats;
import dev.tandem.ProcessOptions;
import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Lookup;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClassSupplyTest {

    private final StreamsOnly loader = new StreamsOnly();
    private final List<String> generations = new ArrayList<>();

    /** A loader of the careless sort: it knows streams, and no URL. */
    private static final class StreamsOnly extends ClassLoader {
        private final Map<String, byte[]> files = new HashMap<>();
        private String failsFor = "hostile/Name.class";
        private Runnable whenAsked = () -> {};
        private int asked;

        StreamsOnly() {
            super("streams", null);
        }

        @Override
        public @Nullable URL getResource(String name) {
            if (name.equals(failsFor)) {
                throw new IllegalStateException("no such luck");
            }
            return null;
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            asked++;
            whenAsked.run();
            byte[] bytes = files.get(name);
            return bytes == null ? null : new ByteArrayInputStream(bytes);
        }
    }

    private ClassSupply open(ProcessOptions options) {
        return new ClassSupply(options, loader, List::of, generations::add);
    }

    private static Found ask(ClassSupply supply, String name) {
        return supply.find(new Lookup(1, name, false));
    }

    @Test
    void takesWhatALoaderHasAsAStreamAndReadsAClassOnce() {
        ClassSupply supply = open(ProcessOptions.defaults());
        loader.files.put("a/B.class", new byte[] {1, 2, 3});
        assertThat(ask(supply, "a/B.class").contents().get(0).toByteArray()).containsExactly(1, 2, 3);
        assertThat(ask(supply, "a/B.class").contents()).hasSize(1);
        assertThat(loader.asked).isEqualTo(1);
        assertThat(supply.stats()).isEqualTo(new ClassSupplyStats(2, 0, 6, 1));
    }

    @Test
    void readsOtherResourcesAnewForTheyMayChange() {
        ClassSupply supply = open(ProcessOptions.defaults());
        loader.files.put("a/b.txt", new byte[] {1});
        assertThat(ask(supply, "a/b.txt").contents()).hasSize(1);
        loader.files.put("a/b.txt", new byte[] {2});
        assertThat(ask(supply, "a/b.txt").contents().get(0).toByteArray()).containsExactly(2);
        assertThat(supply.stats()).isEqualTo(new ClassSupplyStats(0, 2, 2, 0));
    }

    @Test
    void saysNothingOfAResourceThatIsNotThereAndWhatToDoAboutAClass() {
        ClassSupply supply = open(ProcessOptions.defaults());
        assertThat(ask(supply, "no/such.txt")).isEqualTo(new Found(1, List.of(), ""));
        Found found = ask(supply, "no/Such.class");
        assertThat(found.contents()).isEmpty();
        assertThat(found.reason()).contains("ClassSupplyTest$StreamsOnly 'streams'", "AppClassLoader 'app'");
        assertThat(supply.stats()).isEqualTo(new ClassSupplyStats(0, 0, 0, 0));
    }

    @Test
    void givesAwayNoClassOfTheJdk() {
        Found found = ask(open(ProcessOptions.defaults()), "java/lang/Object.class");
        assertThat(found.contents()).isEmpty();
        assertThat(found.reason()).contains("belongs to the JDK");
    }

    @Test
    void survivesALoaderThatThrows() {
        Found found = ask(open(ProcessOptions.defaults()), "hostile/Name.class");
        assertThat(found.contents()).isEmpty();
        assertThat(found.reason()).isEqualTo("looking for it failed: java.lang.IllegalStateException: no such luck");
        String elsewhere = "dev/tandem/ParallelRunner.class"; // the next loader has it
        loader.failsFor = elsewhere;
        assertThat(ask(open(ProcessOptions.defaults()), elsewhere).contents()).hasSize(1);
    }

    @Test
    void givesWhoIsNotTrustedClassFilesAloneAndNoLargeOnes() {
        ClassSupply supply = open(ProcessOptions.defaults().hardened());
        loader.files.put("a/B.class", new byte[] {1});
        loader.files.put("a/Large.class", new byte[(4 << 20) + 1]);
        loader.files.put("secrets.properties", new byte[] {1});
        assertThat(ask(supply, "a/B.class").contents()).hasSize(1);
        assertThat(ask(supply, "a/Large.class").reason())
                .contains("larger than what may be sent at once, 4194304 bytes");
        assertThat(ask(supply, "secrets.properties")).isEqualTo(new Found(1, List.of(), ""));
        assertThat(supply.find(new Lookup(1, "META-INF/MANIFEST.MF", true)).contents())
                .isEmpty();
        assertThat(supply.find(new Lookup(1, "a/B.class", true)).contents()).isEmpty();
    }

    @Test
    void noticesAClassThatHasChangedBeforeWorkIsQueuedAndTellsOnce() {
        ClassSupply supply = open(ProcessOptions.defaults());
        loader.files.put("a/B.class", new byte[] {1});
        ask(supply, "a/B.class");
        supply.queueing();
        assertThat(generations).isEmpty();
        loader.files.put("a/B.class", new byte[] {2});
        supply.queueing();
        supply.queueing();
        assertThat(generations).containsExactly("class a.B is not what it was when workers got it");
        assertThat(ask(supply, "a/B.class").contents().get(0).toByteArray()).containsExactly(2);
    }

    @Test
    void doesNotAskALoaderAgainThatSubmitsWhenItIsAsked() {
        ClassSupply supply = open(ProcessOptions.defaults());
        loader.files.put("a/B.class", new byte[] {1});
        assertThat(ask(supply, "a/B.class").contents()).hasSize(1);
        loader.asked = 0;
        loader.whenAsked = supply::queueing;
        supply.queueing();
        assertThat(loader.asked).isEqualTo(1);
    }

    @Test
    void readsNothingWhenWorkIsQueuedAndNothingWasSupplied() {
        ClassSupply supply = open(ProcessOptions.defaults());
        supply.queueing();
        assertThat(loader.asked).isZero();
    }
}

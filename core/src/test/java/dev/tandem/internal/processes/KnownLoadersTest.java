package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.internal.processes.KnownLoaders.Known;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KnownLoadersTest {

    private final ClassLoader one = new ClassLoader(null) {};
    private final ClassLoader two = new ClassLoader(null) {};
    private final ClassLoader three = new ClassLoader(null) {};
    private final KnownLoaders loaders = new KnownLoaders();

    @Test
    void putsTheLoaderOfTheLatestTaskFirst() {
        assertThat(loaders.promote(one)).isTrue();
        assertThat(loaders.promote(one)).isFalse();
        assertThat(loaders.promote(two)).isTrue();
        assertThat(loaders.inOrder()).extracting(Known::loader).containsExactly(two, one);
        assertThat(loaders.promote(one)).isTrue();
        assertThat(loaders.inOrder()).extracting(Known::loader).containsExactly(one, two);
    }

    @Test
    void putsOthersBehindItAndLeavesThemThere() {
        loaders.promote(one);
        assertThat(loaders.admit(two)).isTrue();
        assertThat(loaders.admit(three)).isTrue();
        assertThat(loaders.admit(two)).isFalse();
        assertThat(loaders.admit(one)).isFalse();
        assertThat(loaders.inOrder()).extracting(Known::loader).containsExactly(one, three, two);
    }

    @Test
    void leavesOutWhatEveryJvmHas() {
        assertThat(loaders.promote(null)).isFalse();
        assertThat(loaders.admit(ClassLoader.getPlatformClassLoader())).isFalse();
        assertThat(loaders.inOrder()).isEmpty();
    }

    @Test
    void keepsNoLoaderAlive() {
        WeakReference<ClassLoader> gone = admitted();
        await().until(() -> {
            System.gc();
            return gone.get() == null;
        });
        loaders.admit(one);
        assertThat(loaders.inOrder()).hasSize(1);
    }

    private WeakReference<ClassLoader> admitted() {
        ClassLoader loader = new ClassLoader(null) {};
        loaders.admit(loader);
        return new WeakReference<>(loader);
    }
}

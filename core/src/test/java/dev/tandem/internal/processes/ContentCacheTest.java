package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.processes.ContentCache.Content;
import dev.tandem.internal.processes.KnownLoaders.Known;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContentCacheTest {

    private final ClassLoader loader = new ClassLoader(null) {};
    private final ClassLoader another = new ClassLoader(null) {};
    private final Known one = known(loader);
    private final Known two = known(another);
    private final ContentCache cache = new ContentCache(100);

    private static Known known(ClassLoader loader) {
        KnownLoaders loaders = new KnownLoaders();
        loaders.admit(loader);
        return loaders.inOrder().get(0);
    }

    private static Content of(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return Content.of(bytes, false);
    }

    @Test
    void knowsWhatALoaderHasAndNotWhatAnotherHas() {
        Content content = of(10, 1);
        cache.put(one, "a", content);
        assertThat(cache.get(one, "a")).isSameAs(content);
        assertThat(cache.get(two, "a")).isNull();
        assertThat(cache.get(one, "b")).isNull();
    }

    @Test
    void keepsEqualContentsOnce() {
        Content content = of(20, 1);
        assertThat(cache.put(one, "a", content)).isSameAs(content);
        for (int i = 0; i < 20; i++) {
            assertThat(cache.put(two, "n" + i, of(20, 1))).isSameAs(content);
        }
        assertThat(cache.get(one, "a")).isSameAs(content);
    }

    @Test
    void forgetsWhatWasAskedForLeastLatelyWhenItIsFull() {
        for (int i = 0; i < 5; i++) {
            cache.put(one, "n" + i, of(20, i));
        }
        assertThat(cache.get(one, "n0")).isNotNull();
        cache.put(one, "more", of(20, 9));
        assertThat(cache.get(one, "n1")).isNull();
        assertThat(cache.get(one, "n0")).isNotNull();
        assertThat(cache.get(one, "more")).isNotNull();
    }

    @Test
    void keepsNothingThatWouldTakeTooMuchOfIt() {
        Content large = of(26, 1);
        assertThat(cache.put(one, "large", large)).isSameAs(large);
        assertThat(cache.get(one, "large")).isNull();
    }

    @Test
    void forgetsANameOfAllLoaders() {
        cache.put(one, "a", of(20, 1));
        cache.put(two, "a", of(20, 2));
        cache.put(two, "b", of(20, 3));
        cache.forget("a");
        assertThat(cache.get(one, "a")).isNull();
        assertThat(cache.get(two, "a")).isNull();
        assertThat(cache.get(two, "b")).isNotNull();
        for (int i = 0; i < 4; i++) {
            cache.put(one, "n" + i, of(20, 10 + i));
        }
        assertThat(cache.get(two, "b")).as("there is room again").isNotNull();
    }
}

package dev.tandem.internal.worker.logging;

import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.helpers.ThreadLocalMapOfStacks;
import org.slf4j.spi.MDCAdapter;

/**
 * The diagnostic context of each thread, which its children do not inherit: what a pool keeps alive should not speak for the task
 * that happened to start it.
 *
 * <p>Safe for use by any number of threads: each sees its own.
 */
final class ThreadBoundContext implements MDCAdapter {

    // Static, for a JVM has one provider.
    private static final ThreadLocal<@Nullable Map<String, String>> MAPS = new ThreadLocal<>();

    private final ThreadLocalMapOfStacks stacks = new ThreadLocalMapOfStacks();

    @Override
    public void put(String key, @Nullable String value) {
        if (key == null) {
            throw new IllegalArgumentException("the key of a diagnostic context must not be null: value=" + value);
        }
        Map<String, String> map = MAPS.get();
        if (map == null) {
            map = new HashMap<>();
            MAPS.set(map);
        }
        map.put(key, value);
    }

    @Override
    public @Nullable String get(String key) {
        Map<String, String> map = MAPS.get();
        return map == null ? null : map.get(key);
    }

    @Override
    public void remove(String key) {
        Map<String, String> map = MAPS.get();
        if (map != null) {
            map.remove(key);
        }
    }

    @Override
    public void clear() {
        MAPS.remove();
    }

    @Override
    public @Nullable Map<String, String> getCopyOfContextMap() {
        Map<String, String> map = MAPS.get();
        return map == null ? null : new HashMap<>(map);
    }

    @Override
    public void setContextMap(@Nullable Map<String, String> contextMap) {
        if (contextMap == null) {
            MAPS.remove();
        } else {
            MAPS.set(new HashMap<>(contextMap));
        }
    }

    @Override
    public void pushByKey(String key, @Nullable String value) {
        stacks.pushByKey(key, value);
    }

    @Override
    public @Nullable String popByKey(String key) {
        return stacks.popByKey(key);
    }

    @Override
    public @Nullable Deque<String> getCopyOfDequeByKey(String key) {
        return stacks.getCopyOfDequeByKey(key);
    }

    @Override
    public void clearDequeByKey(String key) {
        stacks.clearDequeByKey(key);
    }
}

package dev.tandem.internal.worker.logging;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.MDCAdapter;

/**
 * The diagnostic context of each thread, which its children do not inherit: what a pool keeps alive should not speak for the task
 * that happened to start it. {@link #clear} takes the stacks too, whose keys nobody else knows: the next task is somebody else's.
 *
 * <p>Safe for use by any number of threads: each sees its own.
 */
final class ThreadBoundContext implements MDCAdapter {

    // Static, for a JVM has one provider.
    private static final ThreadLocal<@Nullable Map<String, String>> MAPS = new ThreadLocal<>();
    private static final ThreadLocal<@Nullable Map<String, Deque<String>>> STACKS = new ThreadLocal<>();

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
        STACKS.remove();
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
    public void pushByKey(@Nullable String key, @Nullable String value) {
        if (key == null || value == null) {
            return;
        }
        Map<String, Deque<String>> stacks = STACKS.get();
        if (stacks == null) {
            stacks = new HashMap<>();
            STACKS.set(stacks);
        }
        stacks.computeIfAbsent(key, unknown -> new ArrayDeque<>()).push(value);
    }

    @Override
    public @Nullable String popByKey(@Nullable String key) {
        Deque<String> stack = stack(key);
        return stack == null ? null : stack.poll();
    }

    @Override
    public @Nullable Deque<String> getCopyOfDequeByKey(@Nullable String key) {
        Deque<String> stack = stack(key);
        return stack == null ? null : new ArrayDeque<>(stack);
    }

    @Override
    public void clearDequeByKey(@Nullable String key) {
        Deque<String> stack = stack(key);
        if (stack != null) {
            stack.clear();
        }
    }

    private static @Nullable Deque<String> stack(@Nullable String key) {
        Map<String, Deque<String>> stacks = STACKS.get();
        return key == null || stacks == null ? null : stacks.get(key);
    }
}

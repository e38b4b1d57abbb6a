package dev.tandem;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The key of one option: its name, its default if that is a constant, and how to print its value.
 *
 * <p>Immutable; two keys are never equal.
 *
 * @param <T> the type of the value
 */
final class Option<T> {

    private final String name;
    private final @Nullable T byDefault;
    private final Function<? super T, String> text;

    private Option(String name, @Nullable T byDefault, Function<? super T, String> text) {
        this.name = name;
        this.byDefault = byDefault;
        this.text = text;
    }

    /** An option that is empty, or computed from others, until somebody sets it. */
    static <T> Option<T> of(String name) {
        return new Option<>(name, null, Object::toString);
    }

    static <T> Option<T> of(String name, T byDefault) {
        return new Option<>(name, byDefault, Object::toString);
    }

    Option<T> printedAs(Function<? super T, String> print) {
        return new Option<>(name, byDefault, print);
    }

    @Nullable
    T byDefault() {
        return byDefault;
    }

    String text(T value) {
        return name + "=" + text.apply(value);
    }

    @Override
    public String toString() {
        return name;
    }
}

package dev.tandem;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of the options that differ from their defaults.
 *
 * <p>The public option classes are thin, typed faces of it: a setter is one line, and equality and text come for free. The
 * map is never changed once it is here, and the field is final, so a set may be handed to another thread in any way.
 */
final class OptionSet {

    static final OptionSet EMPTY = new OptionSet(Map.of());

    private final Map<Option<?>, Object> values;

    private OptionSet(Map<Option<?>, Object> values) {
        this.values = values;
    }

    <T> OptionSet with(Option<T> option, T value) {
        Map<Option<?>, Object> copy = new LinkedHashMap<>(values);
        if (value.equals(option.byDefault())) {
            copy.remove(option);
        } else {
            copy.put(option, value);
        }
        return new OptionSet(copy);
    }

    /** The value of an option that has a constant default. */
    <T> T get(Option<T> option) {
        T value = valueOrDefault(option);
        return Objects.requireNonNull(value, () -> option + " has no default");
    }

    /** The value of an option that may be unset. */
    <T> Optional<T> find(Option<T> option) {
        return Optional.ofNullable(valueOrDefault(option));
    }

    @SuppressWarnings("unchecked") // with() lets nothing but a T in under an Option<T>
    private <T> @Nullable T valueOrDefault(Option<T> option) {
        Object value = values.get(option);
        return value == null ? option.byDefault() : (T) value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OptionSet that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Lists what differs from the default, in the order in which it was first set. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> text(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    @SuppressWarnings("unchecked") // as above
    private static <T> String text(Option<T> option, Object value) {
        return option.text((T) value);
    }
}

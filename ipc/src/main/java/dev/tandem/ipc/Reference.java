package dev.tandem.ipc;

import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step from an object to another: by a field, as an element or as an entry.
 *
 * @param label such as {@code Report.owner}, {@code [3]} or {@code .cause}
 * @param value the object that it leads to
 */
record Reference(String label, @Nullable Object value) {

    /** Beyond that an element is reported without its place. */
    private static final int MOST_ELEMENTS = 100_000;

    private static final int LONGEST_KEY = 40;

    /** The step from an object to one that was written inside of it; null if reflection may not see it. */
    static @Nullable Reference between(Object from, Object written) {
        List<Reference> all = new ArrayList<>();
        try {
            addFields(from, all);
            addContents(from, all);
        } catch (RuntimeException e) {
            // a collection of the user's that cannot be iterated; what was found so far has to do
        }
        return isHeldBy(from, written) ? identical(all, written) : matching(all, written);
    }

    /** The reference to an object, or else to one that may have been replaced by it while it was written. */
    static @Nullable Reference matching(List<Reference> references, Object written) {
        Reference identical = identical(references, written);
        if (identical != null) {
            return identical;
        }
        for (Reference reference : references) {
            if (reference.value != null && isReplacedBy(reference.value, written)) {
                return reference;
            }
        }
        return null;
    }

    private static @Nullable Reference identical(List<Reference> references, Object written) {
        for (Reference reference : references) {
            if (reference.value == written) {
                return reference;
            }
        }
        return null;
    }

    /** Whether a collection writes another one in which it keeps its elements, as wrappers do. */
    private static boolean isHeldBy(Object from, Object written) {
        return (from instanceof Collection || from instanceof Map)
                && (written instanceof Collection || written instanceof Map || written instanceof Object[]);
    }

    /** The name of a class without its package. */
    static String simpleName(Class<?> type) {
        String simple = type.getSimpleName();
        return simple.isEmpty() ? type.getName().substring(type.getName().lastIndexOf('.') + 1) : simple;
    }

    private static void addFields(Object from, List<Reference> to) {
        for (Class<?> type = from.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                int unwanted = Modifier.STATIC | Modifier.TRANSIENT;
                if ((field.getModifiers() & unwanted) == 0
                        && !field.getType().isPrimitive()
                        && field.trySetAccessible()) {
                    String label = field.getName().startsWith("this$")
                            ? "the enclosing object of " + simpleName(type)
                            : simpleName(type) + "." + field.getName();
                    to.add(new Reference(label, valueOf(field, from)));
                }
            }
        }
    }

    private static @Nullable Object valueOf(Field field, Object from) {
        try {
            return field.get(from);
        } catch (IllegalAccessException e) {
            throw new AssertionError("accessible, but not so: " + field, e);
        }
    }

    private static void addContents(Object from, List<Reference> to) {
        if (from instanceof Object[] array) {
            for (int i = 0; i < array.length && i < MOST_ELEMENTS; i++) {
                to.add(new Reference("[" + i + "]", array[i]));
            }
        } else if (from instanceof Collection<?> collection) {
            int i = 0;
            for (Object element : collection) {
                to.add(new Reference(from instanceof List ? "[" + i + "]" : "[*]", element));
                if (++i == MOST_ELEMENTS) {
                    break;
                }
            }
        } else if (from instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.add(new Reference("[" + shortKey(entry.getKey()) + "]", entry.getValue()));
                to.add(new Reference("[key]", entry.getKey()));
                if (to.size() >= MOST_ELEMENTS) {
                    break;
                }
            }
        } else if (from instanceof Map.Entry<?, ?> entry) {
            to.add(new Reference(".key", entry.getKey()));
            to.add(new Reference(".value", entry.getValue()));
        } else if (from instanceof Throwable thrown) {
            to.add(new Reference(".cause", thrown.getCause()));
        }
    }

    private static String shortKey(@Nullable Object key) {
        if (key instanceof String || key instanceof Number || key instanceof Enum) {
            String text = key.toString();
            return text.length() <= LONGEST_KEY ? text : text.substring(0, LONGEST_KEY) + "...";
        }
        return key == null ? "null" : simpleName(key.getClass());
    }

    /** Whether {@code writeReplace} may have made the one of the other. */
    @SuppressWarnings("ReturnValueIgnored") // all that matters is whether there is such a method
    private static boolean isReplacedBy(Object value, Object written) {
        if (written instanceof SerializedLambda) {
            return value.getClass().isHidden() || value.getClass().isSynthetic();
        }
        for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
            try {
                type.getDeclaredMethod("writeReplace");
                return !(value.getClass().isHidden());
            } catch (NoSuchMethodException e) {
                // perhaps in a superclass
            }
        }
        return false;
    }
}

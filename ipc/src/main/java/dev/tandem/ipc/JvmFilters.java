package dev.tandem.ipc;

import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Config;

/** Whether this JVM has filters of its own for what is deserialized, which must be asked then. Stateless. */
final class JvmFilters {

    /** What the JDK calls the factory that is there if nobody has set one; it makes no filter but the one that is set. */
    private static final String BUILT_IN_FACTORY = ObjectInputFilter.class.getName() + "$Config$BuiltinFilterFactory";

    private JvmFilters() {}

    /** Asked each time: a filter can be set at any moment. */
    static boolean areAny() {
        try {
            return Config.getSerialFilter() != null
                    || !Config.getSerialFilterFactory().getClass().getName().equals(BUILT_IN_FACTORY);
        } catch (IllegalStateException unusable) { // a property of it makes no sense: a stream says so
            return true;
        }
    }
}

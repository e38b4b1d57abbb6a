package dev.tandem;

import dev.tandem.internal.Engines;

/**
 * Says from the command line what worker JVMs would be started with here, and what would fail: {@code java -cp ... dev.tandem.Doctor}.
 *
 * <p>It is {@link ProcessOptions#doctor()} for default options. Stateless.
 */
public final class Doctor {

    private Doctor() {}

    /**
     * Prints the report; the exit code is 0 if all is well, and 1 if something would fail.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Diagnosis diagnosis = ProcessOptions.defaults().doctor();
        System.out.println(diagnosis);
        System.exit(diagnosis.isHealthy() ? 0 : 1);
    }

    static Diagnosis examine(ProcessOptions options) {
        return Engines.diagnose(options);
    }
}

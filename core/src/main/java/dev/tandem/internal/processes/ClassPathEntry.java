package dev.tandem.internal.processes;

/**
 * A place where a worker looks for classes, and why it does.
 *
 * @param place an absolute path, or what stood where one was expected
 * @param source why it is there
 * @param isPresent whether there is such a file; if not, the worker is not told of it
 */
record ClassPathEntry(String place, Source source, boolean isPresent) {

    /** Why a place is on a worker's class path, in the words of a report. */
    enum Source {
        OPTION("option classPath"),
        MODULE_PATH("module path"),
        SERVICES("services of modules"),
        CLASS_PATH("class path"),
        MANIFEST("Class-Path of a jar"),
        LOADER("class loaders"),
        LIBRARY("the library");

        private final String text;

        Source(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

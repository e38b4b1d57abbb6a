package dev.tandem.internal.processes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;

/**
 * A place where a worker looks for classes, and why it does.
 *
 * @param place an absolute path, or what stood where one was expected
 * @param source why it is there
 * @param isPresent whether there is such a file
 */
record ClassPathEntry(String place, Source source, boolean isPresent) {

    /** Whether a class path can name this file: nothing escapes the separator of its entries. */
    static boolean canName(Path file) {
        return !file.toString().contains(File.pathSeparator);
    }

    /** Why a worker finds nothing in it; empty if nothing is wrong. Opens it. */
    String flaw() {
        if (!isUsable()) {
            return obstacle();
        }
        Path file = Path.of(place);
        if (!Files.isReadable(file)) {
            return "CANNOT BE READ";
        }
        if (Files.isDirectory(file)) {
            return "";
        }
        try {
            new ZipFile(file.toFile()).close();
            return "";
        } catch (IOException e) {
            return "NO JAR";
        }
    }

    /** Whether the worker is told of it; what it is not told of comes through the connection. */
    boolean isUsable() {
        return obstacle().isEmpty();
    }

    /** Why the worker is not told of it; empty if it is. */
    String obstacle() {
        if (!isPresent) {
            return "MISSING, left out";
        }
        return canName(Path.of(place))
                ? ""
                : "left out: its path has a \"" + File.pathSeparator
                        + "\", which separates the entries of a class path";
    }

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

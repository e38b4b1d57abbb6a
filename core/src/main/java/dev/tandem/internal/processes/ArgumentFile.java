package dev.tandem.internal.processes;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of arguments for the {@code java} command, one a line.
 *
 * <p>The launcher reads it as bytes and hands them to the JVM as if they had come from the command line, so it is written in
 * the encoding of the system's names, which is not always the default charset. What that cannot express no worker can be told.
 */
final class ArgumentFile {

    private static final int MAX_SHOWN_CHARS = 200;

    private ArgumentFile() {}

    /**
     * Writes one.
     *
     * @throws UnstartableException if an argument cannot be written in the encoding of this system
     */
    static void write(Path file, List<String> arguments) throws IOException {
        Charset charset = charsetOfNames();
        CharsetEncoder encoder = charset.newEncoder();
        List<String> lines = new ArrayList<>();
        for (String argument : arguments) {
            if (!encoder.canEncode(argument)) {
                throw new UnstartableException(
                        "an argument of the worker's java command cannot be written in " + charset
                                + ", the encoding of this system's names: " + shown(argument, encoder)
                                + "; start this JVM under a locale with UTF-8, such as LC_ALL=C.UTF-8");
            }
            lines.add(quoted(argument));
        }
        Files.write(file, lines, charset);
    }

    /** In quotes everything stands for itself but these, where a backslash escapes. */
    static String quoted(String argument) {
        return '"'
                + argument.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }

    /** The name of a property, whose value may be secret; of a class path the element. */
    private static String shown(String argument, CharsetEncoder encoder) {
        if (argument.startsWith("-D")) {
            return argument.split("=", 2)[0];
        }
        for (String element : argument.split(File.pathSeparator)) {
            if (!encoder.canEncode(element)) {
                return Printable.line(element, MAX_SHOWN_CHARS);
            }
        }
        return Printable.line(argument, MAX_SHOWN_CHARS);
    }

    private static Charset charsetOfNames() {
        try {
            return Charset.forName(System.getProperty("sun.jnu.encoding", ""));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return Charset.defaultCharset();
        }
    }
}

package dev.tandem.benchmarks.goals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/**
 * A pool of another language, measured by a script of that language: it gets a line for each measurement and answers with the
 * figure and the 99th percentile.
 *
 * <p>Used by one thread. The script ends when nobody asks any more.
 */
final class ScriptPeer implements AutoCloseable {

    private static final String READY = "ready";

    private final Process process;
    private final Path script;
    private final BufferedReader answers;
    private final Writer questions;

    private ScriptPeer(Process process, Path script) {
        this.process = process;
        this.script = script;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    }

    static ScriptPeer python(String pool, String work) throws IOException, AbsentException {
        return start("python3", "pools.py", pool, work);
    }

    static ScriptPeer node(String pool, String work) throws IOException, AbsentException {
        return start("node", "pools.js", pool, work);
    }

    private static ScriptPeer start(String interpreter, String resource, String pool, String work)
            throws IOException, AbsentException {
        Path script = Files.createTempFile("peer-", "-" + resource);
        try (InputStream source = ScriptPeer.class.getResourceAsStream(resource)) {
            if (source == null) {
                throw new IllegalStateException(resource + " is missing from the class path");
            }
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        Process process;
        try {
            process = new ProcessBuilder(interpreter, script.toString(), pool, work)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            Files.delete(script);
            throw new AbsentException("this machine has no " + interpreter);
        }
        var peer = new ScriptPeer(process, script);
        String first = peer.answers.readLine();
        if (!READY.equals(first)) {
            peer.close();
            throw new AbsentException(first == null ? interpreter + " ended without a word" : first);
        }
        return peer;
    }

    Figure measure(Effort effort) throws IOException {
        questions.write(effort.sliceNanos / 1e9 + " " + (effort == Effort.ONCE ? "little" : "all") + "\n");
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException(process.info().commandLine().orElse("a script") + " ended instead of answering");
        }
        String[] numbers = answer.split(" ");
        return new Figure(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
    }

    @Override
    public void close() throws IOException {
        try (answers) {
            questions.close();
        } finally {
            process.onExit()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .handle((ended, late) -> {
                        process.descendants().forEach(ProcessHandle::destroyForcibly);
                        return process.toHandle().destroyForcibly();
                    })
                    .join();
            Files.deleteIfExists(script);
        }
    }
}

package dev.tandem;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A worker JVM could not be started, or its {@link ProcessOptions#onWorkerStart(TaskAction) onWorkerStart} failed. What led to
 * it, such as the exception of that action, is {@linkplain Throwable#getSuppressed() suppressed}.
 *
 * <p>No task fails with it: the runner tries again, and if that is in vain its tasks fail with a {@link RunnerBrokenException},
 * among whose suppressed exceptions this one is.
 *
 * <p>Safe for use by any number of threads.
 */
public final class WorkerStartException extends ParallelException {

    private static final long serialVersionUID = 1L;

    private final String[] command;
    private final @Nullable Integer exitCode;
    private final String[] lastOutput;
    private final @Nullable String threadDump;

    /**
     * Describes the failure.
     *
     * @param task the task that waited for the worker, or {@link TaskRef#NONE}
     * @param reason what went wrong and what to do, as the end of a sentence
     * @param command the command line
     * @param exitCode the exit code, if the process has ended by itself
     * @param lastOutput the last lines that it printed, oldest first
     */
    public WorkerStartException(
            TaskRef task, String reason, List<String> command, OptionalInt exitCode, List<String> lastOutput) {
        this(task, reason, command, exitCode, lastOutput, Optional.empty());
    }

    /**
     * Describes the failure of a worker that had to be killed.
     *
     * @param task the task that waited for the worker, or {@link TaskRef#NONE}
     * @param reason what went wrong and what to do, as the end of a sentence
     * @param command the command line
     * @param exitCode the exit code, if the process has ended by itself
     * @param lastOutput the last lines that it printed, oldest first
     * @param threadDump the stacks of its threads
     */
    public WorkerStartException(
            TaskRef task,
            String reason,
            List<String> command,
            OptionalInt exitCode,
            List<String> lastOutput,
            Optional<String> threadDump) {
        super(task, message(task, reason, command, exitCode, lastOutput, threadDump), null);
        this.command = command.toArray(String[]::new);
        this.exitCode = exitCode.isPresent() ? (Integer) exitCode.getAsInt() : null;
        this.lastOutput = lastOutput.toArray(String[]::new);
        this.threadDump = threadDump.orElse(null);
    }

    private static String message(
            TaskRef task,
            String reason,
            List<String> command,
            OptionalInt exitCode,
            List<String> lastOutput,
            Optional<String> threadDump) {
        Objects.requireNonNull(reason, "reason");
        String who = task.taskId() == 0 ? "a worker" : "a worker for " + task;
        String ending = exitCode.isPresent() ? " (exit code " + exitCode.getAsInt() + ")" : "";
        return new Report(who + " could not be started" + ending + ": " + reason)
                .threadDump(threadDump)
                .command(command)
                .line("diagnosis", "ProcessOptions.doctor() shows what a worker is started with")
                .output(lastOutput)
                .toString();
    }

    /** {@return the command line} */
    public List<String> command() {
        return List.of(command);
    }

    /** {@return the exit code, if the process has ended by itself} */
    public OptionalInt exitCode() {
        return exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
    }

    /** {@return the last lines that it printed, oldest first} */
    public List<String> lastOutput() {
        return List.of(lastOutput);
    }

    /** {@return the stacks of its threads, if it had to be killed and gave them} */
    public Optional<String> threadDump() {
        return Optional.ofNullable(threadDump);
    }
}

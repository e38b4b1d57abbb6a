package dev.tandem.internal.engine;

/**
 * What one worker was doing when it was asked.
 *
 * @param title which worker, and which task it was busy with
 * @param stacks the stacks of its threads, or why there are none
 */
public record WorkerStacks(String title, String stacks) {

    /** The stack of a thread of this JVM. */
    public static WorkerStacks of(String title, Thread thread) {
        StringBuilder text = new StringBuilder();
        text.append('"').append(thread.getName()).append("\" ").append(thread.getState());
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n\tat ").append(frame);
        }
        return new WorkerStacks(title, text.toString());
    }
}

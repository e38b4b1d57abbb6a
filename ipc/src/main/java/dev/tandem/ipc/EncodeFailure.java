package dev.tandem.ipc;

import java.io.NotSerializableException;
import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says why a value cannot travel, where the culprit hangs and what to do about it. */
final class EncodeFailure {

    /** Causes may form a circle. */
    private static final int MOST_CAUSES = 16;

    private EncodeFailure() {}

    static EncodingException describe(@Nullable Object value, Throwable failure) {
        String what = value == null ? "null" : nameOf(value);
        BoundedBytes.Overflow overflow = overflowBehind(failure);
        if (overflow != null) {
            return tooLong(value, what, overflow.limitBytes(), failure);
        }
        if (failure instanceof StackOverflowError) {
            return new EncodingException(
                    "The nesting of " + what + " is too deep for the stack of thread "
                            + Thread.currentThread().getName()
                            + ": keep what is linked in a list or an array",
                    "stack",
                    "",
                    failure);
        }
        if (failure instanceof OutOfMemoryError) {
            return new EncodingException(
                    "The encoding of " + what + " does not fit into memory (" + failure.getMessage()
                            + "): give this JVM a larger heap, or send it in parts",
                    "heap",
                    "",
                    failure);
        }
        return value == null ? unexplained(what, "", "", failure) : traced(value, what, failure);
    }

    /** A lambda's class has another name in each run. */
    private static String nameOf(Object value) {
        String name = value.getClass().getName();
        return isLambda(value) ? "a lambda in " + hostOf(name) : "a value of " + name;
    }

    private static String hostOf(String lambdaName) {
        int end = lambdaName.indexOf("$$");
        return end < 0 ? lambdaName : lambdaName.substring(0, end);
    }

    private static EncodingException tooLong(@Nullable Object value, String what, long limitBytes, Throwable failure) {
        String path = value == null
                ? ""
                : CaptureTracer.traceOverflow(value, limitBytes).path();
        boolean isRaisable = limitBytes < BoundedBytes.LONGEST_ARRAY;
        return new EncodingException(
                "The encoding of " + what + " is longer than " + limitBytes
                        + (isRaisable ? " bytes (maxPayload)" : " bytes, the longest array of Java")
                        + (path.isEmpty() ? "" : ", which are full at " + path)
                        + (isRaisable ? ": raise maxPayload, or" : ":") + " send it in parts or through a file",
                "maxPayload",
                path,
                failure);
    }

    /** User code may have wrapped it. */
    private static BoundedBytes.@Nullable Overflow overflowBehind(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (cause instanceof BoundedBytes.Overflow overflow) {
                return overflow;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static EncodingException traced(Object value, String what, Throwable failure) {
        CaptureTracer.Trail trail = CaptureTracer.trace(value);
        Object culprit = trail.culprit();
        if (culprit == null && failure instanceof NotSerializableException && failure.getMessage() != null) {
            // Not traced, because the value is too large or another thread changed it; the exception has the name at
            // least.
            return notSerializable(failure.getMessage().lines().findFirst().orElse(""), trail, failure);
        }
        if (culprit == null) {
            return unexplained(what, "", "", failure);
        }
        if (culprit instanceof Serializable) {
            return unexplained(what, culprit.getClass().getName(), trail.path(), failure);
        }
        return isLambda(culprit)
                ? plainLambda(culprit, trail, failure)
                : notSerializable(culprit.getClass().getName(), trail, failure);
    }

    private static EncodingException unexplained(String what, String culprit, String path, Throwable failure) {
        String where = path.isEmpty() ? "" : ", reached by " + path;
        String which = culprit.isEmpty() ? "" : " in " + culprit;
        return new EncodingException(
                "Encoding " + what + " failed" + which + where + ": " + failure, culprit, path, failure);
    }

    private static EncodingException notSerializable(String name, CaptureTracer.Trail trail, Throwable failure) {
        String where = trail.path().isEmpty() ? "" : ", reached by " + trail.path();
        return new EncodingException(
                name + " cannot travel to another JVM, it is not java.io.Serializable" + where + ". "
                        + cure(trail.lastStep()),
                name,
                trail.path(),
                failure);
    }

    private static String cure(String lastStep) {
        if (lastStep.startsWith("captured variable")) {
            return "Create it inside the lambda, or capture what is needed to create it there.";
        }
        if (lastStep.equals("captured 'this'")) {
            return "The lambda uses a field or method of its object: copy what it needs into local variables first.";
        }
        if (lastStep.startsWith("the enclosing object")) {
            return "Make the inner class static, or use a lambda.";
        }
        if (lastStep.isEmpty()) {
            return "Let it implement Serializable, or send what is needed to create it on the other side.";
        }
        return "Make the field transient, or create the object where it is used.";
    }

    private static EncodingException plainLambda(Object lambda, CaptureTracer.Trail trail, Throwable failure) {
        String host = hostOf(lambda.getClass().getName());
        String path = trail.path().isEmpty() ? "lambda in " + host + passedAt(host) : trail.path();
        Class<?>[] interfaces = lambda.getClass().getInterfaces();
        String type = interfaces.length == 0 ? "its type" : interfaces[0].getName();
        return new EncodingException(
                "A lambda cannot travel to another JVM, " + type + " is not java.io.Serializable: " + path
                        + ". Declare it as a serializable functional interface, or cast it: ("
                        + Reference.simpleName(interfaces.length == 0 ? Object.class : interfaces[0])
                        + " & Serializable)",
                type,
                path,
                failure);
    }

    private static boolean isLambda(Object culprit) {
        return culprit.getClass().isHidden() && culprit.getClass().isSynthetic();
    }

    /** A plain lambda does not tell its line, but most are written where they are passed. */
    private static String passedAt(String host) {
        Optional<StackWalker.StackFrame> caller = StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().equals(host))
                        .findFirst());
        return caller.isEmpty()
                ? ""
                : ", passed at " + caller.get().getFileName() + ":"
                        + caller.get().getLineNumber();
    }
}

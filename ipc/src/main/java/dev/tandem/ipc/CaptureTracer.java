package dev.tandem.ipc;

import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which object of a value cannot be encoded, and how it is reached: the line of the lambda, the captured variable,
 * then fields, elements and entries.
 *
 * <p>Encodes the value a second time, which runs {@code writeObject} methods of user classes again. Used on the failure path
 * only, by one thread.
 */
final class CaptureTracer {

    private final StringBuilder path = new StringBuilder();
    private final ArrayList<Object> chain;
    private String lastStep = "";
    private Object parent;

    private CaptureTracer(Object value, List<Object> chain) {
        this.chain = new ArrayList<>(chain);
        this.parent = value;
    }

    /** Traces a value whose encoding failed. */
    static Trail trace(Object value) {
        return trail(value, TracingStream.chainToFailure(value));
    }

    /** Traces a value whose encoding is longer than that, to where the limit is met. */
    static Trail traceOverflow(Object value, long limitBytes) {
        return trail(value, TracingStream.chainToOverflow(value, limitBytes));
    }

    private static Trail trail(Object value, List<Object> chain) {
        if (chain.isEmpty()) {
            return new Trail("", "", null);
        }
        CaptureTracer tracer = new CaptureTracer(value, chain);
        tracer.walk();
        return new Trail(tracer.path.toString(), tracer.lastStep, chain.get(chain.size() - 1));
    }

    private void walk() {
        for (int i = 0; i < chain.size(); i++) {
            Object written = chain.get(i);
            if (i > 0) {
                step(written);
            }
            if (written instanceof SerializedLambda lambda) {
                i = lambda(lambda, i);
            }
        }
    }

    private void step(Object child) {
        Reference reference = Reference.between(parent, child);
        if (reference == null) {
            // Inside of the JDK: a step without a name, worth a word only where the trail would end with it.
            parent = child;
            return;
        }
        append(reference.label());
        parent = Objects.requireNonNull(reference.value()); // what was written is not null
    }

    /** Names a lambda and, if the trail goes on, the captured variable; returns the place in the chain to go on from. */
    private int lambda(SerializedLambda lambda, int at) {
        LambdaSource source = LambdaSource.of(lambda, parent.getClass().getClassLoader());
        append(source.where());
        parent = lambda;
        int captured = at + 2; // what lies between is the array of captured values
        if (captured >= chain.size()) {
            return at;
        }
        Object child = chain.get(captured);
        List<Reference> captures = new ArrayList<>();
        for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
            captures.add(new Reference(source.capture(i), lambda.getCapturedArg(i)));
        }
        Reference reference = Reference.matching(captures, child);
        if (reference != null) {
            append(reference.label());
            parent = Objects.requireNonNull(reference.value()); // what was written is not null
        } else {
            parent = child;
        }
        if (child instanceof SerializedLambda inner) {
            return lambda(inner, captured);
        }
        return captured;
    }

    private void append(String step) {
        lastStep = step;
        boolean isInside = step.startsWith("[") || step.startsWith(".");
        if (isInside && path.length() == 0) {
            path.append(Reference.simpleName(parent.getClass()));
        } else if (!isInside && path.length() > 0) {
            path.append(" -> ");
        }
        path.append(step);
    }

    /**
     * Where encoding failed.
     *
     * @param path from the value to the culprit, empty if unknown or if it is the value itself
     * @param lastStep the last step of the path
     * @param culprit what could not be written, null if unknown
     */
    record Trail(String path, String lastStep, @Nullable Object culprit) {}
}

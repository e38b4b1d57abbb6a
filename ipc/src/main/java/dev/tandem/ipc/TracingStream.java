package dev.tandem.ipc;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes into nowhere to learn which objects enclose each other at the moment when encoding fails.
 *
 * <p>Reflection cannot follow references inside the JDK's classes; {@link ObjectOutputStream} can, and shows every object that
 * it meets to {@link #replaceObject}. It does not say when it is done with one, but the number of its own frames on the stack
 * tells how deep the next one lies: whatever lay as deep before is closed by then.
 *
 * <p>Used by one thread, on the failure path only: looking at the stack costs microseconds per object.
 */
final class TracingStream extends ObjectOutputStream {

    /** Longer than that nobody wants to wait for the path in a message; shorter would not do for a million objects. */
    private static final long MOST_NANOS = 2_000_000_000L;

    /** The frame from which on the stack is not ours. */
    private static final String ENTRY = "chainToFailure";

    private static final StackWalker WALKER = StackWalker.getInstance();

    private final List<Object> open = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private boolean hasEnded;
    private boolean hasGivenUp;

    private final boolean seesLeaves; // one of them may be all that is large

    private TracingStream(OutputStream to, boolean seesLeaves) throws IOException {
        super(to);
        this.seesLeaves = seesLeaves;
        enableReplaceObject(true);
    }

    /**
     * Encodes a value again and returns the chain of objects, from the value to the one that fails.
     *
     * <p>Each is what {@code writeReplace} made of it. Empty if nothing failed this time or the search was given up.
     */
    static List<Object> chainToFailure(Object value) {
        return chainToFailure(value, OutputStream.nullOutputStream(), false);
    }

    /** The same to the object with which the encoding gets longer than that. */
    static List<Object> chainToOverflow(Object value, long limitBytes) {
        return chainToFailure(value, new LimitedSink(limitBytes), true);
    }

    private static List<Object> chainToFailure(Object value, OutputStream to, boolean seesLeaves) {
        try {
            TracingStream stream = new TracingStream(to, seesLeaves); // never closed: that would write what is left
            try {
                stream.writeObject(value);
                stream.flush();
                return List.of();
            } catch (Throwable failure) { // whatever user code throws
                return stream.openAt(failure);
            }
        } catch (IOException e) {
            return List.of(); // not even the header has room
        }
    }

    /** Keeps nothing, and takes no more than so much. */
    private static final class LimitedSink extends OutputStream {

        private long leftBytes;

        LimitedSink(long limitBytes) {
            leftBytes = limitBytes;
        }

        @Override
        public void write(int b) throws IOException {
            take(1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            take(length);
        }

        private void take(int length) throws IOException {
            leftBytes -= length;
            if (leftBytes < 0) {
                throw new IOException("the limit is met");
            }
        }
    }

    @Override
    protected Object replaceObject(Object object) {
        note(object);
        return object instanceof ByteBuffer buffer ? new byte[buffer.remaining()] : PathText.inPlaceOf(object);
    }

    private void note(Object object) {
        if (hasEnded || hasGivenUp || !seesLeaves && isLeaf(object)) {
            return;
        }
        hasGivenUp = System.nanoTime() - startNanos > MOST_NANOS;
        int depth = depthNow();
        if (depth <= 1 && !open.isEmpty()) {
            // A second object at the top: ObjectOutputStream writes the exception that ended it.
            hasEnded = true;
            return;
        }
        while (!open.isEmpty() && open.size() >= depth) {
            open.remove(open.size() - 1);
        }
        open.add(object);
    }

    private List<Object> openAt(Throwable failure) {
        if (hasGivenUp) {
            return List.of();
        }
        int depth = 0;
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (depth == 0 && frame.getMethodName().equals("invokeWriteReplace")) {
                // The object whose writeReplace threw was not shown to us, only those around it.
                depth--;
            }
            if (isStep(frame.getClassName(), frame.getMethodName())) {
                depth++;
            }
        }
        return depth < 1 ? List.copyOf(open) : List.copyOf(open.subList(0, Math.min(depth, open.size())));
    }

    private static int depthNow() {
        long depth = WALKER.walk(
                frames -> frames.takeWhile(frame -> !frame.getMethodName().equals(ENTRY))
                        .filter(frame -> isStep(frame.getClassName(), frame.getMethodName()))
                        .count());
        return (int) depth;
    }

    private static boolean isStep(String className, String methodName) {
        return methodName.equals("writeObject0") && className.equals("java.io.ObjectOutputStream");
    }

    private static boolean isLeaf(Object object) {
        return object instanceof String
                || object instanceof Enum
                || object instanceof Boolean
                || object instanceof Character
                || object instanceof Number && object.getClass().getName().startsWith("java.lang.")
                || object.getClass().isArray()
                        && object.getClass().getComponentType().isPrimitive();
    }
}

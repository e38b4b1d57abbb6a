package dev.tandem.ipc;

import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import org.jspecify.annotations.Nullable;

/**
 * Watches over the decoding of one message: our limits, then the JVM's filter, then the user's, then the allow-list.
 *
 * <p>A filter that is set on a stream replaces the JVM's ({@code jdk.serialFilter}), so that one is asked from here. Any of
 * them can refuse; who allows does not overrule who refuses. Bytes need no limit of their own, since the message
 * is in memory already. An allow-list decides about every class, so that nothing is left undecided. Time is not bounded here: nested sets can make {@code hashCode} run for ever, and what ends that is
 * the time-out of the task. Used by one thread, for one message, because array lengths add up.
 */
final class MessageFilter implements ObjectInputFilter {

    private static final String LAMBDA = "$$Lambda";

    private final DecodeLimits limits;
    private final @Nullable ObjectInputFilter jvmFilter;
    private final long messageBytes;
    private final @Nullable AllowList allowed;
    private final @Nullable ContainerNesting nesting; // only behind a list that refuses

    private long arrayElements;
    private @Nullable FilterInfo latest;
    private @Nullable Refusal refusal;

    MessageFilter(
            DecodeLimits limits,
            @Nullable ObjectInputFilter jvmFilter,
            long messageBytes,
            @Nullable AllowList allowed,
            @Nullable ContainerNesting nesting) {
        this.limits = limits;
        this.jvmFilter = jvmFilter;
        this.messageBytes = messageBytes;
        this.allowed = allowed;
        this.nesting = nesting;
    }

    /** Why this filter refused the message, if it did. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }

    @Override
    public Status checkInput(FilterInfo info) {
        latest = info;
        arrayElements += Math.max(0, info.arrayLength());
        if (limits.boundsDepth() && info.depth() > DecodeLimits.MAX_DEPTH) {
            return refuseDepth();
        }
        if (limits.boundsReferences() && info.references() > messageBytes) {
            return refuseReferences(info.references());
        }
        if (limits.boundsArrays() && arrayElements > DecodeLimits.arrayElements(messageBytes)) {
            return refuseArrays();
        }
        if (nesting != null && !nesting.enter(info)) {
            return refuseNesting(nesting);
        }
        Class<?> type = info.serialClass();
        String unlisted = allowed == null || type == null ? null : allowed.refusal(type);
        if (type == Block.class || type == LambdaCall.class && nesting == null) {
            // what it stands for is asked about when it is made
            return nesting == null ? Status.UNDECIDED : Status.ALLOWED;
        }
        Status byJvm = ask(jvmFilter, info);
        if (byJvm == Status.REJECTED) {
            return refuseFor(info, "this JVM's filter (jdk.serialFilter or its factory)", "allow it there");
        }
        Status byUser = ask(limits.filter(), info);
        if (byUser == Status.REJECTED) {
            return refuseFor(info, "the codec's filter '" + limits.pattern() + "'", "add it to Codec.java(pattern)");
        }
        if (nesting != null) {
            return unlisted == null ? Status.ALLOWED : refuse(nameOf(type), unlisted);
        }
        return byJvm == Status.ALLOWED || byUser == Status.ALLOWED ? Status.ALLOWED : Status.UNDECIDED;
    }

    /** What a stream would ask about a class here, or about an array unless its length is -1. */
    FilterInfo latest(Class<?> type, int arrayLength) {
        FilterInfo here = latest;
        return here == null
                ? new ClassInfo(type, arrayLength, 1, 1, 0)
                : new ClassInfo(type, arrayLength, here.depth(), here.references(), here.streamBytes());
    }

    private static Status ask(@Nullable ObjectInputFilter filter, FilterInfo info) {
        if (filter == null) {
            return Status.UNDECIDED;
        }
        Status answer = filter.checkInput(info);
        return answer == null ? Status.REJECTED : answer;
    }

    private Status refuseDepth() {
        return refuse(
                "maxdepth",
                "The value is nested deeper than " + DecodeLimits.MAX_DEPTH
                        + " levels (maxdepth): keep what is linked in a list or an array, or choose"
                        + " Codec.java(\"maxdepth=...\") and threads with a stack to match");
    }

    private Status refuseReferences(long references) {
        return refuse(
                "maxrefs",
                "The message claims " + references + " references in " + messageBytes
                        + " bytes (maxrefs): it is damaged or hostile");
    }

    private Status refuseArrays() {
        return refuse(
                "maxarray",
                "The message claims arrays of " + arrayElements + " elements in all, but its " + messageBytes
                        + " bytes allow " + DecodeLimits.arrayElements(messageBytes)
                        + " (maxarray): it is damaged or hostile, or holds a compact form such as Collections.nCopies;"
                        + " then copy it into an ArrayList, or choose Codec.java(\"maxarray=...\")");
    }

    private Status refuseNesting(ContainerNesting tooDeep) {
        return refuse(ContainerNesting.LIMIT, tooDeep.explanation());
    }

    /** What to throw where the stream does not ask us. */
    InvalidClassException refuseUnfolded(ContainerNesting tooLarge) {
        refuseNesting(tooLarge);
        return new InvalidClassException("filter status: REJECTED");
    }

    private Status refuseFor(FilterInfo info, String by, String cure) {
        Class<?> type = info.serialClass();
        String name = nameOf(type);
        String what = type == null ? "A message" : name.endsWith("*") ? "A lambda in " + hostOf(name) : "Class " + name;
        return refuse(
                name,
                what + " was refused by " + by + " at depth " + info.depth() + ", array length " + info.arrayLength()
                        + ", " + info.references() + " references, " + info.streamBytes() + " bytes: " + cure);
    }

    private static String hostOf(String lambda) {
        return lambda.substring(0, lambda.indexOf(LAMBDA)) + " (" + lambda + ")";
    }

    private static String nameOf(@Nullable Class<?> type) {
        if (type == null) {
            return "";
        }
        // The rest of a lambda's name changes from run to run; a filter takes the star.
        int lambda = type.isHidden() ? type.getName().indexOf(LAMBDA) : -1;
        return lambda < 0 ? type.getName() : type.getName().substring(0, lambda) + LAMBDA + "*";
    }

    private Status refuse(String culprit, String message) {
        refusal = new Refusal(culprit, message);
        return Status.REJECTED;
    }

    private record ClassInfo(Class<?> serialClass, long arrayLength, long depth, long references, long streamBytes)
            implements FilterInfo {}

    /**
     * Why a message was refused.
     *
     * @param culprit the class or the limit
     * @param message what happened and what to do
     */
    record Refusal(String culprit, String message) {}
}

package dev.tandem.internal.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.StandInException;
import dev.tandem.testing.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serial;
import java.io.StringWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PortableThrowableTest {

    @Test
    void keepsClassMessageFramesCauseAndSuppressed() {
        Exception thrown = new IllegalStateException("outer", new IOException("inner"));
        thrown.addSuppressed(new InterruptedException());

        PortableThrowable portable = PortableThrowable.of(thrown);

        assertThat(portable.className()).isEqualTo("java.lang.IllegalStateException");
        assertThat(portable.message()).isEqualTo("outer");
        assertThat(portable.frames().get(0).getMethodName()).isEqualTo("keepsClassMessageFramesCauseAndSuppressed");
        assertThat(portable.cause().className()).isEqualTo("java.io.IOException");
        assertThat(portable.suppressed()).hasSize(1);
        assertThat(portable.suppressed().get(0).message()).isNull();
    }

    @Test
    void printsItsFramesAsTheJvmDoes() {
        StackTraceElement[] frames = new Throwable().getStackTrace();

        assertThat(PortableThrowable.of(new Throwable()).frames().subList(1, frames.length))
                .extracting(StackTraceElement::toString)
                .containsExactlyElementsOf(Arrays.stream(frames)
                        .skip(1)
                        .map(StackTraceElement::toString)
                        .toList());
    }

    @Row("Z9")
    @Test
    void endsACycleOfCauses() {
        Exception first = new Exception("first");
        Exception second = new Exception("second", first);
        first.initCause(second);
        second.addSuppressed(first);

        PortableThrowable portable = PortableThrowable.of(first);

        assertThat(portable.cause().message()).isEqualTo("second");
        assertThat(portable.cause().cause().message()).startsWith("[circular reference");
        assertThat(portable.cause().suppressed().get(0).message()).startsWith("[circular reference");
    }

    @Test
    void survivesAClassWhoseMethodsThrow() {
        PortableThrowable portable = PortableThrowable.of(new Hostile());

        assertThat(portable.className()).isEqualTo(Hostile.class.getName());
        assertThat(portable.message()).isEqualTo("[getMessage() threw java.lang.StackOverflowError]");
        assertThat(portable.frames()).isEmpty();
        assertThat(portable.cause().message()).isEqualTo("[getCause() threw this]");
    }

    @Row("Z9")
    @Test
    void stopsWhereCausesNeverEnd() {
        PortableThrowable portable = PortableThrowable.of(new Endless());

        int depth = 0;
        for (PortableThrowable next = portable; next != null; next = next.cause()) {
            depth++;
        }
        assertThat(depth).isEqualTo(PortableThrowable.MAX_DEPTH + 2);
        assertThat(count(portable)).isLessThanOrEqualTo(5 * PortableThrowable.MAX_THROWABLES);
    }

    @Test
    void takesAFewOfVeryManySuppressed() {
        Exception thrown = new Exception("many");
        Exception suppressed = new Exception("one");
        for (int i = 0; i < 100_000; i++) {
            thrown.addSuppressed(suppressed);
        }

        PortableThrowable portable = PortableThrowable.of(thrown);

        assertThat(portable.suppressed()).hasSize(PortableThrowable.MAX_SUPPRESSED + 1);
        assertThat(portable.suppressed().get(PortableThrowable.MAX_SUPPRESSED).message())
                .isEqualTo("[99984 more were suppressed]");
    }

    @Row("Z9")
    @Test
    void cutsALongMessageAndSaysSo() {
        PortableThrowable portable = PortableThrowable.of(new Exception("x".repeat(100_000)));

        assertThat(portable.message())
                .startsWith("x".repeat(PortableThrowable.MAX_MESSAGE_CHARS) + "...")
                .endsWith("(91808 more characters)");
    }

    @Row("Z9")
    @Test
    void boundsTheFramesOfAWholeTree() {
        Exception thrown = withFrames(100_000);
        for (int i = 0; i < PortableThrowable.MAX_SUPPRESSED; i++) {
            thrown.addSuppressed(withFrames(100_000));
        }

        PortableThrowable portable = PortableThrowable.of(thrown);

        assertThat(portable.frames()).hasSize(PortableThrowable.MAX_FRAMES);
        assertThat(portable.frames().size()
                        + portable.suppressed().stream()
                                .mapToInt(each -> each.frames().size())
                                .sum())
                .isEqualTo(PortableThrowable.MAX_TOTAL_FRAMES);
    }

    @Test
    void makesAStandInThatPrintsLikeTheOriginal() {
        Exception thrown = new IllegalStateException("outer", new IOException("inner"));
        thrown.addSuppressed(new InterruptedException());

        StandInException standIn = PortableThrowable.of(thrown).toStandIn();

        assertThat(standIn.originalClassName()).isEqualTo("java.lang.IllegalStateException");
        assertThat(printed(standIn)).isEqualTo(printed(thrown));
    }

    private static String printed(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static Exception withFrames(int count) {
        Exception thrown = new Exception();
        StackTraceElement[] frames = new StackTraceElement[count];
        Arrays.fill(frames, new StackTraceElement("Some", "method", "Some.java", 1));
        thrown.setStackTrace(frames);
        return thrown;
    }

    private static int count(PortableThrowable portable) {
        int count = 1 + (portable.cause() == null ? 0 : count(portable.cause()));
        for (PortableThrowable suppressed : portable.suppressed()) {
            count += count(suppressed);
        }
        return count;
    }

    private static final class Hostile extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        @SuppressWarnings("InfiniteRecursion") // it is the point
        public String getMessage() {
            return getMessage();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            return new StackTraceElement[] {null};
        }

        @Override
        public Throwable getCause() {
            throw new AssertionError("no cause for you");
        }
    }

    private static final class Endless extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        Endless() {
            addSuppressed(new IllegalStateException("suppressed"));
        }

        @Override
        public Throwable getCause() {
            return new Endless();
        }
    }
}

package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class StandInExceptionTest {

    private static final StackTraceElement[] FRAMES = {new StackTraceElement("com.acme.Job", "run", "Job.java", 42)};

    private final StandInException cause = new StandInException("com.acme.Broken", null, FRAMES, null);
    private final StandInException standIn = new StandInException("com.acme.Failed", "disk full", FRAMES, cause);

    @Test
    void printsLikeTheOriginal() {
        StringWriter text = new StringWriter();
        standIn.printStackTrace(new PrintWriter(text));

        assertThat(text.toString().lines())
                .containsExactly(
                        "com.acme.Failed: disk full",
                        "\tat com.acme.Job.run(Job.java:42)",
                        "Caused by: com.acme.Broken",
                        "\t... 1 more");
    }

    @Test
    void hasTheFramesOfTheOriginalAndNoOthers() {
        assertThat(standIn.originalClassName()).isEqualTo("com.acme.Failed");
        assertThat(standIn).hasMessage("disk full").cause().isSameAs(cause);
        assertThat(standIn.getStackTrace()).containsExactly(FRAMES);
    }

    @Test
    void travels() throws Exception {
        standIn.addSuppressed(new StandInException("com.acme.Also", "this", FRAMES, null));

        StandInException copy = SerializedCopy.of(standIn);

        assertThat(copy).hasToString("com.acme.Failed: disk full");
        assertThat(copy.getCause()).hasToString("com.acme.Broken");
        assertThat(copy.getSuppressed()).singleElement().hasToString("com.acme.Also: this");
        assertThat(copy.getStackTrace()).containsExactly(FRAMES);
    }
}

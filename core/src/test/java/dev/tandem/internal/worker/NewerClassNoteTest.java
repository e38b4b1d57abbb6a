package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ipc.EncodingException;
import org.junit.jupiter.api.Test;

final class NewerClassNoteTest {

    /** A class loader that knows one class, of a version that no JVM will understand soon. */
    private static Throwable failureToLoad() {
        byte[] tooNew = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 3, (byte) 0xE7, 0, 1};
        try {
            new ClassLoader() {
                void define() {
                    defineClass(null, tooNew, 0, tooNew.length);
                }
            }.define();
            return new AssertionError("it was loaded");
        } catch (LinkageError e) {
            return e;
        }
    }

    @Test
    void namesBothVersionsAndTheCure() {
        assertThat(NewerClassNote.explanation(
                        "app/Main has been compiled by a more recent version of the Java Runtime (class file version 69.0),"
                                + " this version of the Java Runtime only recognizes class file versions up to 61.0",
                        17))
                .isEqualTo(
                        "app.Main was compiled for Java 25, and this worker runs on Java 17: compile it with --release 17, or"
                                + " name a JDK 25 or newer with ProcessOptions.javaHome(...)");
        assertThat(NewerClassNote.explanation("something else", 17)).isNull();
    }

    @Test
    void understandsThisJvm() {
        Throwable thrown = new IllegalStateException(failureToLoad());
        NewerClassNote.addTo(thrown);
        assertThat(thrown.getSuppressed())
                .singleElement()
                .asString()
                .contains("was compiled for Java 955, and this worker runs on Java "
                        + Runtime.version().feature());
        EncodingException failure = new EncodingException("cannot", "", "", failureToLoad());
        assertThat(NewerClassNote.explained(failure))
                .hasMessageContaining("was compiled for Java 955")
                .hasCause(failure);
    }

    @Test
    void leavesOtherFailuresAlone() {
        Throwable thrown = new IllegalStateException("no");
        NewerClassNote.addTo(thrown);
        assertThat(thrown.getSuppressed()).isEmpty();
        EncodingException failure = new EncodingException("no", "", "", null);
        assertThat(NewerClassNote.explained(failure)).isSameAs(failure);
    }
}

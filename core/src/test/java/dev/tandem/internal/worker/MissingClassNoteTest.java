package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MissingClassNoteTest {

    @Test
    void explainsAClassThatTheClassPathLacks() {
        NoClassDefFoundError thrown = new NoClassDefFoundError("a/b/C");
        thrown.initCause(new ClassNotFoundException("a.b.C"));
        MissingClassNote.addTo(thrown);
        assertThat(thrown.getSuppressed()).hasSize(1);
        assertThat(thrown.getSuppressed()[0])
                .hasMessageStartingWith("a.b.C is not on the class path of this worker (of ")
                .hasMessageEndingWith("or to classPath(..)");
    }

    @Test
    void looksAtTheCausesToo() {
        Exception thrown = new IllegalStateException("no", new ClassNotFoundException("a.b.C"));
        MissingClassNote.addTo(thrown);
        assertThat(thrown.getSuppressed()).hasSize(1);
    }

    @Test
    void leavesAloneWhatIsExplainedOrMissesNothing() {
        Exception explained =
                new IllegalStateException(new ClassNotFoundException("a.b.C" + MissingClassNote.MARK + "(of 1 entry)"));
        MissingClassNote.addTo(explained);
        assertThat(explained.getSuppressed()).isEmpty();
        Error initializer = new NoClassDefFoundError("Could not initialize class a.b.C");
        MissingClassNote.addTo(initializer);
        assertThat(initializer.getSuppressed()).isEmpty();
        Exception other = new IllegalStateException("a.b.C");
        MissingClassNote.addTo(other);
        assertThat(other.getSuppressed()).isEmpty();
    }
}

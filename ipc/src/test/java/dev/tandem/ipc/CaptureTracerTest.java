package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CaptureTracerTest {

    interface Job extends Callable<Object>, Serializable {}

    /** Cannot travel. */
    static final class Socket {
        void close() {}
    }

    static class Report implements Serializable {
        private static final long serialVersionUID = 1L;
        final String title = "monthly";

        @SuppressWarnings("serial") // on purpose
        final Object owner;

        Report(Object owner) {
            this.owner = owner;
        }
    }

    record Pair(Object left, Object right) implements Serializable {}

    private final Socket field = new Socket();

    @Test
    void namesTheLineOfALambdaAndTheCapturedVariable() {
        Socket connection = new Socket();
        long unrelated = System.nanoTime();
        String name = "n" + unrelated;
        int line = here() + 1;
        Job job = () -> name + unrelated + connection;

        EncodingException failure = failureOf(job);

        assertThat(failure.path())
                .isEqualTo("lambda at CaptureTracerTest.java:" + line + " -> captured variable 'connection'");
        assertThat(failure.culprit()).isEqualTo(Socket.class.getName());
        assertThat(failure)
                .hasMessageStartingWith(Socket.class.getName() + " cannot travel to another JVM")
                .hasMessageContaining(failure.path())
                .hasMessageEndingWith("Create it inside the lambda, or capture what is needed to create it there.");
    }

    @Test
    void followsFieldsBehindACapturedVariable() {
        Report report = new Report(new Socket());
        int line = here() + 1;
        Job job = () -> report.title;

        assertThat(failureOf(job).path())
                .isEqualTo(
                        "lambda at CaptureTracerTest.java:" + line + " -> captured variable 'report' -> Report.owner");
        assertThat(failureOf(job)).hasMessageContaining("Make the field transient");
    }

    @Test
    void explainsACapturedThis() {
        Job job = () -> field.hashCode();

        EncodingException failure = failureOf(job);

        assertThat(failure.path()).endsWith("-> captured 'this'");
        assertThat(failure.culprit()).isEqualTo(CaptureTracerTest.class.getName());
        assertThat(failure).hasMessageContaining("copy what it needs into local variables");
    }

    @Test
    void namesTheObjectAMethodReferenceIsBoundTo() {
        Socket socket = new Socket();
        Closing closing = socket::close;

        assertThat(failureOf(closing).path())
                .isEqualTo("method reference CaptureTracerTest$Socket::close in " + CaptureTracerTest.class.getName()
                        + " -> the object that it is bound to");
    }

    interface Closing extends Serializable {
        void close();
    }

    @Test
    void followsALambdaInsideALambda() {
        Socket socket = new Socket();
        Job inner = () -> socket;
        Job outer = () -> inner.call();

        assertThat(failureOf(outer).path())
                .matches("lambda at CaptureTracerTest.java:\\d+ -> captured variable 'inner'"
                        + " -> lambda at CaptureTracerTest.java:\\d+ -> captured variable 'socket'");
    }

    @Test
    void followsALambdaInAField() {
        Socket socket = new Socket();
        Job job = () -> socket;

        assertThat(failureOf(new Report(job)).path())
                .matches("Report.owner -> lambda at CaptureTracerTest.java:\\d+ -> captured variable 'socket'");
    }

    @Test
    void countsTheElementsOfLists() {
        Object culprit = new Socket();

        assertThat(failureOf(new Report(new ArrayList<>(Arrays.asList(1, null, "x", culprit))))
                        .path())
                .isEqualTo("Report.owner[3]");
        assertThat(failureOf(new Report(List.of(1, culprit))).path()).isEqualTo("Report.owner[1]");
        assertThat(failureOf(new Report(Arrays.asList("a", null, culprit))).path())
                .isEqualTo("Report.owner[2]");
        assertThat(failureOf(new Report(new Object[] {"a", culprit})).path()).isEqualTo("Report.owner[1]");
        assertThat(failureOf(new Report(Collections.unmodifiableList(new ArrayList<>(List.of(culprit)))))
                        .path())
                .isEqualTo("Report.owner[0]");
    }

    @Test
    void namesTheKeysOfMaps() {
        Map<Object, Object> byName = new HashMap<>(Map.of("left", 1, "right", new Socket()));
        Map<Object, Object> byCulprit = new HashMap<>(Map.of(new Socket(), 1));

        assertThat(failureOf(new Report(byName)).path()).isEqualTo("Report.owner[right]");
        assertThat(failureOf(new Report(byCulprit)).path()).isEqualTo("Report.owner[key]");
        assertThat(failureOf(new Report(new HashSet<>(Set.of(new Socket())))).path())
                .isEqualTo("Report.owner[*]");
        assertThat(failureOf(new Report(Map.of("a", new Socket()))).path()).isEqualTo("Report.owner[a]");
    }

    @Test
    void namesTheComponentsOfRecords() {
        assertThat(failureOf(new Pair(new Pair("a", 1), new Pair(2, new Socket())))
                        .path())
                .isEqualTo("Pair.right -> Pair.right");
    }

    @Test
    void blamesTheRightOneAmongSiblingsThatShareObjects() {
        Pair shared = new Pair("shared", "by both");
        Pair value = new Pair(new Pair(shared, new Socket()), shared);

        assertThat(failureOf(value).path()).isEqualTo("Pair.left -> Pair.right");
    }

    @Test
    void namesTheClassAloneWhereTheJdkHidesItsFields() {
        EncodingException failure = failureOf(new Report(new AtomicReference<>(new Socket())));

        assertThat(failure.path()).isEqualTo("Report.owner");
        assertThat(failure.culprit()).isEqualTo(Socket.class.getName());
    }

    @Test
    void startsWithTheClassOfACollectionThatIsTheValueItself() {
        assertThat(failureOf(new ArrayList<>(List.of(1, new Report(new Socket()))))
                        .path())
                .isEqualTo("ArrayList[1] -> Report.owner");
    }

    @Test
    void namesAValueThatCannotTravelItself() {
        EncodingException failure = failureOf(new Thread());

        assertThat(failure.culprit()).isEqualTo("java.lang.Thread");
        assertThat(failure.path()).isEmpty();
        assertThat(failure).hasMessageContaining("Let it implement Serializable");
    }

    @Test
    void tellsTheCureForALambdaThatIsNotSerializable() {
        Callable<String> plain = () -> "x";

        int line = here() + 2;
        EncodingException failure = catchThrowableOfType(
                EncodingException.class, () -> Codec.java().newEncoder(1 << 20).encode(plain));

        assertThat(failure.culprit()).isEqualTo("java.util.concurrent.Callable");
        assertThat(failure.path())
                .isEqualTo("lambda in " + CaptureTracerTest.class.getName() + ", passed at CaptureTracerTest.java:"
                        + line);
        assertThat(failure)
                .hasMessageContaining("Declare it as a serializable functional interface")
                .hasMessageContaining("(Callable & Serializable)");
    }

    @Test
    void tellsTheWayToAPlainLambdaInAField() {
        Callable<String> plain = () -> "x";

        assertThat(failureOf(new Report(plain)).path()).isEqualTo("Report.owner");
    }

    class Inner implements Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            return "uses " + field;
        }
    }

    @Test
    void explainsTheEnclosingObjectOfAnInnerClass() {
        EncodingException failure = failureOf(new Inner());

        assertThat(failure.path()).isEqualTo("the enclosing object of Inner");
        assertThat(failure).hasMessageContaining("Make the inner class static");
    }

    static final class Refusing implements Serializable {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial")
        private final Object first = new Pair(1, 2);

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            throw new IllegalStateException("not today");
        }
    }

    @Test
    void namesTheObjectWhoseWriteObjectThrows() {
        EncodingException failure = failureOf(new Report(List.of(new Refusing())));

        assertThat(failure.culprit()).isEqualTo(Refusing.class.getName());
        assertThat(failure.path()).isEqualTo("Report.owner[0]");
        assertThat(failure).hasMessageContaining("not today");
        assertThat(failure.getCause()).isInstanceOf(IllegalStateException.class);
    }

    static final class Replacing implements Serializable {
        private static final long serialVersionUID = 1L;

        private Object writeReplace() {
            throw new IllegalStateException("irreplaceable");
        }
    }

    @Test
    void namesWhatHoldsTheObjectWhoseWriteReplaceThrows() {
        EncodingException failure = failureOf(new Pair(new Pair(1, 2), new Report(new Replacing())));

        assertThat(failure.path()).isEqualTo("Pair.right");
        assertThat(failure).hasMessageContaining("irreplaceable");
    }

    static final class FailingOnce implements Serializable {
        private static final long serialVersionUID = 1L;

        private transient boolean hasFailed;

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            if (!hasFailed) {
                hasFailed = true;
                throw new NotSerializableException("com.acme.Shy");
            }
        }
    }

    @Test
    void namesTheClassAloneIfTheFailureDoesNotComeAgain() {
        EncodingException failure = failureOf(new FailingOnce());

        assertThat(failure.culprit()).isEqualTo("com.acme.Shy");
        assertThat(failure.path()).isEmpty();
        assertThat(failure).hasMessageContaining("com.acme.Shy cannot travel to another JVM");
    }

    @Test
    void findsTheCulpritAmongManyObjects() {
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            many.add(new Pair(i, i));
        }
        many.add(new Socket());

        assertThat(failureOf(many).path()).isEqualTo("ArrayList[2000]");
    }

    private static int here() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
    }

    private static EncodingException failureOf(Object value) {
        return catchThrowableOfType(
                EncodingException.class, () -> Codec.java().newEncoder(1 << 20).encode(value));
    }
}

package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.protocol.InFile;
import dev.tandem.testing.Row;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an array is shared, and when no longer. */
final class RepeatedArraysTest {

    private static final int LEAST = (int) RepeatedArrays.LEAST_BYTES;

    @TempDir
    private Path room;

    private RunDirectory directory;
    private RepeatedArrays arrays;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void open() {
        directory = new RunDirectory(Runnable::run, () -> room);
        arrays = new RepeatedArrays(directory, told::add);
    }

    @AfterEach
    void close() {
        arrays.close();
        directory.remove();
    }

    private List<Path> files() throws IOException {
        Path path = directory.existing();
        if (path == null) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(file -> file.getFileName().toString().startsWith("array-"))
                    .toList();
        }
    }

    /** What is sent for an array that is met often enough. */
    private @Nullable ArrayInFile met(Object array, int times) {
        ArrayInFile last = null;
        for (int i = 0; i < times; i++) {
            last = arrays.standInFor(array);
        }
        return last;
    }

    @Test
    void sharesWhatIsMetForTheThirdTime() throws IOException {
        byte[] array = new byte[LEAST];
        assertThat(met(array, 2)).isNull();
        assertThat(files()).isEmpty();
        ArrayInFile shared = arrays.standInFor(array);
        assertThat(shared).isNotNull();
        assertThat(shared.sent()).isInstanceOf(InFile.class);
        assertThat(met(array, 3)).isSameAs(shared);
        assertThat(files()).hasSize(1);
    }

    @Test
    void leavesSmallArraysAndOthersOfTheSameContentAlone() throws IOException {
        assertThat(met(new byte[LEAST - 1], 5)).isNull();
        byte[] array = new byte[LEAST];
        met(array, 2);
        assertThat(met(array.clone(), 2)).isNull();
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                byte.class,
                boolean.class,
                short.class,
                char.class,
                int.class,
                long.class,
                float.class,
                double.class
            })
    void keepsArraysOfEachType(Class<?> type) {
        Object array = Array.newInstance(type, LEAST + 1);
        if (type == boolean.class) {
            Array.setBoolean(array, LEAST, true);
        } else if (type == char.class) {
            Array.setChar(array, LEAST, 'x');
        } else {
            Array.setByte(array, LEAST, (byte) 7);
        }
        ArrayInFile shared = met(array, 3);
        assertThat(shared).isNotNull();
        shared.refuse();
        assertThat(shared.sent()).isEqualTo(array).isNotSameAs(array);
    }

    @Test
    void seesEachChangeAndRestsThen() throws IOException {
        double[] array = new double[LEAST / 8 + 1];
        assertThat(met(array, 4)).isNotNull();
        array[array.length - 1] = -0.0; // equal to what was there, and not the same
        assertThat(met(array, RepeatedArrays.RESTS + RepeatedArrays.TIMES)).isNull();
        assertThat(arrays.standInFor(array)).as("again").isNotNull();
        array[0] = Double.NaN;
        assertThat(met(array, RepeatedArrays.RESTS + RepeatedArrays.TIMES)).isNull();
        assertThat(arrays.standInFor(array)).isNotNull();
        array[0] = Double.longBitsToDouble(Double.doubleToRawLongBits(Double.NaN) + 1); // not a number, too
        assertThat(arrays.standInFor(array)).as("other bits").isNull();
    }

    @Test
    void deletesTheFileWhenTheArrayIsForgottenAndNoTaskNeedsIt() throws IOException {
        ArrayInFile kept = met(new int[LEAST], 3);
        assertThat(kept).isNotNull();
        System.gc();
        assertThat(files()).as("a task may run").hasSize(1);
        assertThat(kept.bytes()).isEqualTo(4L * LEAST);
        kept = null;
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> {
            System.gc();
            return files().isEmpty();
        });
    }

    @Test
    void sendsWhatAWorkerCouldNotOpenAndGivesUpAfterThree() {
        for (int i = 0; i < 3; i++) {
            byte[] array = new byte[LEAST];
            ArrayInFile shared = met(array, 3);
            assertThat(shared).isNotNull();
            arrays.refused(List.of(shared));
            assertThat(shared.sent()).isEqualTo(array);
            assertThat(arrays.standInFor(array)).isNull();
            assertThat(told).hasSize(i + 1);
        }
        assertThat(met(new byte[LEAST], 3)).isNull();
    }

    @Test
    @Row("R1")
    void sharesNothingWhereThereIsNoRoomOrNoRunner() throws IOException {
        Path file = Files.createFile(room.resolve("file"));
        RepeatedArrays nowhere =
                new RepeatedArrays(new RunDirectory(Runnable::run, () -> file.resolve("inside")), told::add);
        RepeatedArrays none = new RepeatedArrays(null, told::add);
        byte[] array = new byte[LEAST];
        for (int i = 0; i < 4; i++) {
            assertThat(nowhere.standInFor(array)).isNull();
            assertThat(none.standInFor(array)).isNull();
        }
        assertThat(told).singleElement().asString().contains(LEAST + " bytes", "no private directory");
        met(array, 2);
        arrays.close();
        assertThat(met(array, 2)).isNull();
    }

    @Test
    void writesWhatIsInterruptedToo() {
        byte[] array = new byte[LEAST];
        met(array, 2);
        Thread.currentThread().interrupt();
        assertThat(arrays.standInFor(array)).isNotNull();
        assertThat(Thread.interrupted()).isTrue();
    }
}

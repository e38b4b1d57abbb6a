package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class PathTextTest {

    private final Codec.Encoder encoder = Codec.java().newEncoder(1 << 20);

    @Test
    void bringsAPathToTheOtherSide() throws Exception {
        assertThat(copy(Path.of("/tmp", "a b", "ü"))).isEqualTo(Path.of("/tmp/a b/ü"));
        assertThat(copy(Path.of("relative/file"))).isEqualTo(Path.of("relative/file"));
    }

    @Test
    void bringsPathsInsideOfOtherObjects() throws Exception {
        Path path = Path.of("x");
        assertThat(copy(List.of(path, path))).isEqualTo(List.of(path, path));
        assertThat((Path[]) copy(new Path[] {path})).containsExactly(path);
        Callable<Path> lambda = (Callable<Path> & Serializable) () -> path.resolve("y");
        assertThat(((Callable<?>) copy(lambda)).call()).isEqualTo(Path.of("x/y"));
    }

    @Test
    void blamesWhatCannotTravelAndNotThePathBeforeIt() {
        assertThatThrownBy(() -> encoder.encode(new Object[] {Path.of("x"), new Object()}))
                .isInstanceOfSatisfying(
                        EncodingException.class,
                        failure -> assertThat(failure.culprit()).isEqualTo("java.lang.Object"));
    }

    @Test
    void leavesThePathsOfOtherFileSystemsWhereTheyAre() {
        Path inside = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
        assertThatThrownBy(() -> encoder.encode(inside)).isInstanceOf(EncodingException.class);
    }

    private Object copy(Object value) throws EncodingException {
        Codec.Encoded encoded = encoder.encode(value);
        Codec.Decoder decoder = Codec.java().newDecoder(PathTextTest.class.getClassLoader());
        encoded.definitions().forEach(decoder::define);
        return decoder.decode(encoded.bytes(), 0, encoded.bytes().length);
    }
}

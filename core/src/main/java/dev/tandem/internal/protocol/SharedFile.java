package dev.tandem.internal.protocol;

import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.PrimitiveArrays;
import dev.tandem.ipc.TransportException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file with one value that many tasks use.
 *
 * <pre>
 *   | form long: 0 bundle, 1 big-endian buffer, 2 little-endian buffer | content length long | content |
 * </pre>
 *
 * <p>A bundle is read, a buffer is mapped; the content begins where a page does, plus sixteen, so that numbers in it are aligned. The file
 * is written whole before anybody hears of it and never changes, so nobody sees half of it; a map of a file that somebody cuts short
 * could crash the reader, but only its own user can do that, and a file of another length than it says is refused.
 *
 * <p>Stateless, safe for use by any number of threads.
 */
public final class SharedFile {

    private static final long BUNDLE = 0;
    private static final long BIG_ENDIAN = 1;
    private static final long LITTLE_ENDIAN = 2;
    private static final int HEAD_BYTES = 2 * Long.BYTES;
    private static final int STEP_BYTES = 256 * 1024;

    private SharedFile() {}

    /**
     * Writes a value to a new file that only its owner can read.
     *
     * @param used told of each class of the value
     * @throws EncodingException if the value cannot travel; there is no file then
     * @throws IOException if it cannot be written; what was written is deleted
     */
    public static void write(Path file, Object value, Consumer<Class<?>> used) throws IOException, EncodingException {
        if (value instanceof ByteBuffer buffer) {
            write(file, buffer.order() == ByteOrder.BIG_ENDIAN ? BIG_ENDIAN : LITTLE_ENDIAN, buffer.duplicate());
        } else {
            write(file, BUNDLE, ByteBuffer.wrap(Bundle.of(value, Long.MAX_VALUE, used)));
        }
    }

    /**
     * The same of an array of primitives, which is read as a buffer in the native order of this machine.
     *
     * @param array as it is now; not changed
     * @throws IOException as above
     */
    public static void writeArray(Path file, Object array) throws IOException {
        int[] done = {0};
        long form = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? BIG_ENDIAN : LITTLE_ENDIAN;
        write(
                file,
                form,
                PrimitiveArrays.bytesOf(array),
                step -> done[0] += PrimitiveArrays.put(array, done[0], step.order(ByteOrder.nativeOrder())));
    }

    private static void write(Path file, long form, ByteBuffer content) throws IOException {
        write(file, form, content.remaining(), step -> {
            int count = Math.min(step.remaining(), content.remaining());
            step.put(content.slice(content.position(), count));
            content.position(content.position() + count);
        });
    }

    /** {@code next} fills the step, or puts in what is left. */
    private static void write(Path file, long form, long length, Consumer<ByteBuffer> next) throws IOException {
        Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        ByteBuffer step = ByteBuffer.allocateDirect(STEP_BYTES);
        step.putLong(form).putLong(length);
        long left = HEAD_BYTES + length;
        try (FileChannel channel = FileChannel.open(file, fresh, ownerOnly(file))) {
            while (left > 0) {
                next.accept(step);
                left -= step.flip().remaining();
                while (step.hasRemaining()) {
                    channel.write(step);
                }
                step.clear();
            }
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * Reads the value, or maps it.
     *
     * @param loader where its classes are looked up
     * @return the value; a buffer is read-only and lies in the file
     * @throws IOException if there is no such file, or it is none of ours
     * @throws EncodingException if the value cannot be decoded here
     */
    public static @Nullable Object read(Path file, ClassLoader loader) throws IOException, EncodingException {
        Set<? extends java.nio.file.OpenOption> reading = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (FileChannel channel = FileChannel.open(file, reading)) {
            ByteBuffer head = readFully(channel, ByteBuffer.allocate(HEAD_BYTES));
            long form = head.getLong(0);
            long length = head.getLong(Long.BYTES);
            if (form < BUNDLE
                    || form > LITTLE_ENDIAN
                    || length != channel.size() - HEAD_BYTES
                    || length > Integer.MAX_VALUE - HEAD_BYTES) {
                throw new IOException("the file of a shared value is damaged: form " + form + ", " + length
                        + " bytes of content in a file of " + channel.size());
            }
            if (form == BUNDLE) {
                ByteBuffer content = readFully(channel, ByteBuffer.allocate((int) length));
                return Bundle.open(Slice.of(content.array()), loader);
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, HEAD_BYTES + length)
                    .slice(HEAD_BYTES, (int) length)
                    .order(form == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        } catch (TransportException e) {
            throw new IOException("the file of a shared value is damaged: " + e.getMessage(), e);
        }
    }

    /**
     * Maps what {@link #writeArray} has written.
     *
     * @return the elements, read-only, in the native order of this machine; they lie in the file
     * @throws IOException if there is no such file, or it is none of ours
     */
    public static ByteBuffer map(Path file) throws IOException {
        try {
            if (read(file, ClassLoader.getSystemClassLoader()) instanceof ByteBuffer buffer
                    && buffer.order() == ByteOrder.nativeOrder()) {
                return buffer;
            }
        } catch (EncodingException e) {
            throw new IOException(file + " holds no array", e);
        }
        throw new IOException(file + " holds no array of this machine");
    }

    private static ByteBuffer readFully(FileChannel channel, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException("the file of a shared value was cut short");
            }
        }
        return into;
    }
}

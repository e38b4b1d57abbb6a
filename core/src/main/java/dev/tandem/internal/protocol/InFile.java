package dev.tandem.internal.protocol;

import dev.tandem.ipc.PrimitiveArrays;
import dev.tandem.ipc.StandIn;
import dev.tandem.ipc.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands for an array of primitives whose elements are in a {@link SharedFile}, in the native order of this machine.
 *
 * <p>It travels as that; the receiver opens the file when it comes, and takes a copy of the array when it decodes. Immutable and thread-safe.
 *
 * @param file the path
 * @param type of the elements, as {@link PrimitiveArrays#typeOf}
 * @param elements how many
 * @param content the elements, if the file was opened; null if not
 */
public record InFile(
        String file, int type, int elements, @Nullable ByteBuffer content) implements StandIn {

    private static final int MIN_BYTES = 4 + 1 + 4 + 4;

    /** Checks for null. */
    public InFile {
        Objects.requireNonNull(file, "file");
    }

    /**
     * The same, opened.
     *
     * @param mapped what is in the file
     * @return what an array can be made of
     * @throws IOException if there are not as many elements in it
     */
    public InFile opened(ByteBuffer mapped) throws IOException {
        if (mapped.remaining() != PrimitiveArrays.bytes(type, elements)) {
            throw new IOException(file + " holds " + mapped.remaining() + " bytes, which are not " + elements
                    + " elements of type " + type);
        }
        return new InFile(file, type, elements, mapped);
    }

    /** {@return how much needs not be sent} */
    public long bytes() {
        try {
            return PrimitiveArrays.bytes(type, elements);
        } catch (IOException e) {
            return 0; // nobody knows such elements
        }
    }

    /**
     * Whether all arrays of a payload are there, or can be made.
     *
     * @param payload as it has come
     * @return false if a file was not opened
     */
    public static boolean areAllThere(Payload payload) {
        for (Object array : payload.arrays()) {
            if (array instanceof InFile file && file.content() == null) {
                return false;
            }
        }
        return true;
    }

    /**
     * The arrays that a decoder wants: those that were sent, and new copies of those in files.
     *
     * @param arrays of a payload whose files were opened
     * @return arrays of primitives
     * @throws IOException if one cannot be made
     */
    public static List<?> copied(List<?> arrays) throws IOException {
        if (arrays.stream().noneMatch(InFile.class::isInstance)) {
            return arrays;
        }
        List<Object> all = new ArrayList<>(arrays.size());
        for (Object array : arrays) {
            all.add(array instanceof InFile file ? file.copy() : array);
        }
        return all;
    }

    /**
     * The array.
     *
     * @param mapped what this side has mapped
     * @return a new one
     */
    public Object copyOf(ByteBuffer mapped) {
        try {
            return opened(mapped).copy();
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private Object copy() throws IOException {
        if (content == null) {
            throw new IOException(file + " was not opened");
        }
        return PrimitiveArrays.get(type, elements, content.duplicate().order(content.order()));
    }

    /** All that are not sent in a file, in their order. */
    static List<Object> beside(List<?> arrays) {
        if (arrays.isEmpty()) {
            return List.of();
        }
        List<Object> beside = new ArrayList<>(arrays);
        beside.removeIf(InFile.class::isInstance);
        return beside;
    }

    /** Writes those that are sent in a file, and where they belong among the others. */
    static void put(List<?> arrays, PayloadWriter to) {
        to.putInt(arrays.size() - beside(arrays).size());
        for (int i = 0; i < arrays.size(); i++) {
            if (arrays.get(i) instanceof InFile file) {
                to.putInt(i);
                to.putByte(file.type());
                to.putInt(file.elements());
                to.putText(file.file());
            }
        }
    }

    /** What {@link #put} has written: an array where there is one in a file, null where one is beside the message, of which there are so many. */
    static List<@Nullable InFile> get(PayloadReader from, int beside) throws TransportException {
        int count = from.getCount(MIN_BYTES, "arrays in files");
        List<@Nullable InFile> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int index = from.getInt("index of an array");
            if (index < all.size() || index >= count + beside) {
                throw from.malformed("array " + index + " follows " + all.size() + " of " + count + ", and " + beside
                        + " beside it");
            }
            while (all.size() < index) {
                all.add(null);
            }
            int type = from.getByte("type of elements");
            int elements = from.getInt("elements");
            all.add(new InFile(from.getText("file"), type, elements, null));
        }
        return all;
    }

    /** Puts both together; null if they do not fit. */
    static @Nullable List<?> joined(List<@Nullable InFile> inFiles, List<?> beside) {
        if (inFiles.isEmpty()) {
            return beside;
        }
        List<Object> all = new ArrayList<>(inFiles.size() + beside.size());
        int next = 0;
        for (InFile file : inFiles) {
            if (file == null && next == beside.size()) {
                return null;
            }
            all.add(file == null ? beside.get(next++) : file);
        }
        all.addAll(beside.subList(next, beside.size()));
        return all;
    }
}

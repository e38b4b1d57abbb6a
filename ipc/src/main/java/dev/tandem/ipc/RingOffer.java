package dev.tandem.ipc;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the parent writes after the {@link BootstrapRecord} if it would rather talk through shared memory, and what the worker says to it
 * after its {@link PipeGreeting}.
 *
 * <pre>
 *   offer:   capacity of a ring (4 bytes, 0 if there is none) | key (8) | length of the path (2) | path, UTF-8
 *   answer:  1 if the worker has mapped it, 0 if not (1 byte)  | why not, UTF-8, padded with zeros (120)
 * </pre>
 *
 * @param capacity of each direction; 0 if the parent has no shared memory, and both go on with their pipes
 * @param key which the memory has too
 * @param path of the file
 */
record RingOffer(int capacity, long key, String path) {

    static final int ANSWER_BYTES = 121;

    private static final int MAX_PATH_BYTES = 4096;

    static RingOffer none() {
        return new RingOffer(0, 0, "");
    }

    /** @throws IOException if the path is too long to be told */
    byte[] encode() throws IOException {
        byte[] text = path.getBytes(StandardCharsets.UTF_8);
        if (text.length > MAX_PATH_BYTES) {
            throw new IOException(
                    "the path of the shared memory is too long: " + text.length + " bytes, limit " + MAX_PATH_BYTES);
        }
        return ByteBuffer.allocate(Integer.BYTES + Long.BYTES + Short.BYTES + text.length)
                .putInt(capacity)
                .putLong(key)
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    /** Reads an offer and not a byte more. */
    static RingOffer read(InputStream in) throws IOException {
        var data = new DataInputStream(in);
        int capacity = data.readInt();
        long key = data.readLong();
        int length = data.readUnsignedShort();
        if (length > MAX_PATH_BYTES) {
            throw new TransportException("the parent offers a path of " + length + " bytes, limit " + MAX_PATH_BYTES);
        }
        byte[] text = new byte[length];
        data.readFully(text);
        return new RingOffer(capacity, key, new String(text, StandardCharsets.UTF_8));
    }

    /** Makes an answer; without a reason it is yes. */
    static byte[] answer(String whyNot) {
        byte[] answer = new byte[ANSWER_BYTES];
        byte[] text = whyNot.getBytes(StandardCharsets.UTF_8);
        answer[0] = (byte) (text.length == 0 ? 1 : 0);
        System.arraycopy(text, 0, answer, 1, Math.min(text.length, ANSWER_BYTES - 1));
        return answer;
    }

    /** Tells whether an answer, which begins there, is yes. */
    static boolean isAccepted(byte[] bytes, int offset) {
        return bytes[offset] == 1;
    }

    /** Why an answer is no; it comes from the other process and is shown to people, so it is kept to plain characters. */
    static String whyNot(byte[] bytes, int offset) {
        String text = new String(bytes, offset + 1, ANSWER_BYTES - 1, StandardCharsets.UTF_8);
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}

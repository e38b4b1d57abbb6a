package dev.tandem.ipc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A class descriptor as bytes of its own: exactly what {@link ObjectOutputStream} would have put into the message.
 *
 * <p>Only the streams know how to write and read descriptors, so each is caught by a small stream made for it alone; that
 * happens once per class.
 */
final class DescriptorFormat {

    private static final int USUAL_BYTES = 128;

    private DescriptorFormat() {}

    static byte[] write(ObjectStreamClass descriptor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        bytes.write(Defined.CLASS);
        try (Writer writer = new Writer(bytes)) {
            writer.writeClassDescriptor(descriptor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static ObjectStreamClass read(byte[] bytes) throws IOException, ClassNotFoundException {
        try (Reader reader = new Reader(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
            return reader.readClassDescriptor();
        }
    }

    private static final class Writer extends ObjectOutputStream {
        Writer(OutputStream bytes) throws IOException {
            super(bytes);
        }

        @Override
        protected void writeStreamHeader() {
            // the definition says what it is
        }

        @Override
        protected void writeClassDescriptor(ObjectStreamClass descriptor) throws IOException {
            super.writeClassDescriptor(descriptor);
        }
    }

    private static final class Reader extends ObjectInputStream {
        Reader(InputStream bytes) throws IOException {
            super(bytes);
        }

        @Override
        protected void readStreamHeader() {
            // none was written
        }

        @Override
        protected ObjectStreamClass readClassDescriptor() throws IOException, ClassNotFoundException {
            return super.readClassDescriptor();
        }
    }
}

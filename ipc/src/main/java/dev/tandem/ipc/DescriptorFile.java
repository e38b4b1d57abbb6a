package dev.tandem.ipc;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Opens a descriptor that this process inherited, by its number.
 *
 * <p>With streams, not channels: an interrupt would close a channel. And without string concatenation or lambdas, which cost
 * a starting JVM tens of milliseconds; the same holds for all else that {@link WorkerBootstrap} does for pipes.
 */
final class DescriptorFile {

    static final String LINUX = "/proc/self/fd/";
    static final String ELSEWHERE = "/dev/fd/";

    private DescriptorFile() {}

    static InputStream input(int descriptor) throws IOException {
        return descriptor == 0 ? new FileInputStream(FileDescriptor.in) : new FileInputStream(path(descriptor));
    }

    static OutputStream output(int descriptor) throws IOException {
        return descriptor == 1 ? new FileOutputStream(FileDescriptor.out) : new FileOutputStream(path(descriptor));
    }

    private static String path(int descriptor) {
        String number = Integer.toString(descriptor);
        String path = LINUX.concat(number);
        return new File(path).exists() ? path : ELSEWHERE.concat(number);
    }
}

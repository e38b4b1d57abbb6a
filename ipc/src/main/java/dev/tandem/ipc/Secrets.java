package dev.tandem.ipc;

import java.security.SecureRandom;

/** Random bytes that nobody can guess. Not for workers on pipes, which must start fast. */
final class Secrets {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}

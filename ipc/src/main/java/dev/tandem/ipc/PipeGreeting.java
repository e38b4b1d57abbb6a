package dev.tandem.ipc;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * What a worker on pipes answers to the {@link BootstrapRecord}: {@link Preamble}, its limit of payloads, and the secret
 * with every bit inverted.
 *
 * <p>Nobody but the parent can read those pipes, so this is no proof of identity: it finds descriptors that are wired wrongly,
 * and a program that merely copies its input.
 */
final class PipeGreeting {

    static final int BYTES = BootstrapRecord.BYTES;

    private PipeGreeting() {}

    static byte[] encode(int maxPayloadBytes, byte[] secret) {
        var target = ByteBuffer.allocate(BYTES);
        Preamble.put(target);
        target.putInt(maxPayloadBytes).put(invert(secret));
        return target.array();
    }

    /**
     * Checks an answer.
     *
     * @param peer who gave it, for the message
     * @return the longest payload that the worker accepts
     * @throws TransportException if it does not fit the secret
     */
    static int check(byte[] answer, byte[] secret, String peer) throws TransportException {
        var source = ByteBuffer.wrap(answer);
        Preamble.check(source, peer);
        int maxPayloadBytes = Preamble.getLimit(source, peer);
        byte[] proof = new byte[secret.length];
        source.get(proof);
        if (!MessageDigest.isEqual(proof, invert(secret))) {
            throw new TransportException(peer + " did not answer with the secret that it was given");
        }
        return maxPayloadBytes;
    }

    private static byte[] invert(byte[] secret) {
        byte[] inverted = new byte[secret.length];
        for (int i = 0; i < secret.length; i++) {
            inverted[i] = (byte) ~secret[i];
        }
        return inverted;
    }
}

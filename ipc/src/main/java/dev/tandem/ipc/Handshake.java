package dev.tandem.ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How two ends of a socket prove to each other that they know the same secret, which itself never travels over it. What is
 * proved covers role, version, both limits, both nonces and the address, so that no proof is of use elsewhere, later, or
 * in the other direction.
 *
 * <pre>
 *   parent                                             worker
 *     │  preamble 6 │ nonce 16                             │
 *     │ ────────────────────────────────────────────────▶  │  wrong: gives up
 *     │           preamble 6 │ limit 4 │ nonce 16 │ HMAC 32 │
 *     │ ◀────────────────────────────────────────────────  │
 *     │  wrong: hangs up                           HMAC 32  │
 *     │ ────────────────────────────────────────────────▶  │  wrong: gives up
 * </pre>
 *
 * <p>It begins with the {@link Preamble} of either side. The parent gives no proof to whoever has not given one, and reads at
 * most 58 bytes of a stranger.
 *
 * <p>An attempt is a state machine that never waits. Each call of {@link #advance} takes it as far as the channel allows:
 *
 * <pre>
 *   parent   CHALLENGING ──sent──▶ LISTENING ──proof is right──▶ PROVING ──sent──▶ done
 *   worker   LISTENING ──challenge──▶ PROVING ──sent──▶ LISTENING ──proof is right──▶ done
 *   either   any ──hung up, other preamble, proof is wrong──▶ failed: it throws, and the channel is to be closed
 * </pre>
 *
 * <p>Used by one thread.
 */
abstract sealed class Handshake {

    static final int NONCE_BYTES = 16;

    private static final int PROOF_BYTES = 32;
    private static final int CHALLENGE_BYTES = Preamble.BYTES + NONCE_BYTES;
    private static final int RESPONSE_BYTES = Preamble.BYTES + Integer.BYTES + NONCE_BYTES + PROOF_BYTES;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    final String peer;
    final byte[] ownNonce;
    final byte[] peerNonce = new byte[NONCE_BYTES];

    private final Mac mac;
    private final byte[] address;

    ByteBuffer outgoing = NOTHING;
    ByteBuffer incoming = NOTHING;

    private Handshake(String peer, byte[] secret, String address, byte[] ownNonce) {
        this.peer = peer;
        this.ownNonce = ownNonce;
        this.address = address.getBytes(StandardCharsets.UTF_8);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /**
     * The side that listens.
     *
     * @param nonce 16 random bytes, for this attempt only
     */
    static Handshake ofParent(byte[] secret, String address, int maxPayloadBytes, byte[] nonce) {
        return new OfParent(secret, address, maxPayloadBytes, nonce);
    }

    /**
     * The side that connects.
     *
     * @param parentMaxPayloadBytes the parent's limit, which came with the secret
     * @param nonce 16 random bytes, for this attempt only
     */
    static Handshake ofWorker(
            byte[] secret, String address, int parentMaxPayloadBytes, int maxPayloadBytes, byte[] nonce) {
        return new OfWorker(secret, address, parentMaxPayloadBytes, maxPayloadBytes, nonce);
    }

    /**
     * Goes on as far as it can without waiting.
     *
     * @param channel not blocking
     * @return whether both sides have proved themselves; else to be called again when the channel is {@linkplain
     *     #wantsToWrite writable} or readable
     * @throws IOException if the peer is none of ours, or gone
     */
    final boolean advance(ByteChannel channel) throws IOException {
        do {
            if (outgoing.hasRemaining()) {
                channel.write(outgoing);
                if (outgoing.hasRemaining()) {
                    return false;
                }
            }
            while (incoming.hasRemaining()) {
                int count = channel.read(incoming);
                if (count < 0) {
                    throw new TransportException(peer + " hung up during the handshake, after " + incoming.position()
                            + " of " + incoming.limit() + " bytes");
                }
                if (count == 0) {
                    return false;
                }
            }
        } while (next());
        return true;
    }

    final boolean wantsToWrite() {
        return outgoing.hasRemaining();
    }

    /** The longest payload that both sides accept; known when done. */
    abstract int agreedMaxPayloadBytes();

    /** Handles what came and says what follows; false if nothing does. */
    abstract boolean next() throws TransportException;

    final byte[] proof(String role, int parentLimit, int workerLimit, byte[] parentNonce, byte[] workerNonce) {
        mac.update(role.getBytes(StandardCharsets.US_ASCII)); // of one length, as is all that follows up to the address
        mac.update(ByteBuffer.allocate(10)
                .putShort((short) Preamble.VERSION)
                .putInt(parentLimit)
                .putInt(workerLimit)
                .flip());
        mac.update(parentNonce);
        mac.update(workerNonce);
        return mac.doFinal(address);
    }

    final void verify(byte[] expected) throws TransportException {
        byte[] proof = new byte[PROOF_BYTES];
        incoming.get(proof);
        if (!MessageDigest.isEqual(proof, expected)) {
            throw new TransportException(peer + " could not prove that it knows the secret");
        }
        incoming = NOTHING;
    }

    private static final class OfParent extends Handshake {
        private final int maxPayloadBytes;
        private int workerMaxPayloadBytes;
        private boolean proofSent;

        OfParent(byte[] secret, String address, int maxPayloadBytes, byte[] nonce) {
            super("a stranger", secret, address, nonce);
            this.maxPayloadBytes = maxPayloadBytes;
            outgoing = ByteBuffer.allocate(CHALLENGE_BYTES);
            Preamble.put(outgoing);
            outgoing.put(nonce).flip();
            incoming = ByteBuffer.allocate(RESPONSE_BYTES);
        }

        @Override
        boolean next() throws TransportException {
            if (proofSent) {
                return false;
            }
            incoming.flip();
            Preamble.check(incoming, peer);
            workerMaxPayloadBytes = Preamble.getLimit(incoming, peer);
            incoming.get(peerNonce);
            verify(proof("worker", maxPayloadBytes, workerMaxPayloadBytes, ownNonce, peerNonce));
            outgoing = ByteBuffer.wrap(proof("parent", maxPayloadBytes, workerMaxPayloadBytes, ownNonce, peerNonce));
            proofSent = true;
            return true;
        }

        @Override
        int agreedMaxPayloadBytes() {
            return Math.min(maxPayloadBytes, workerMaxPayloadBytes);
        }
    }

    private static final class OfWorker extends Handshake {
        private final int parentMaxPayloadBytes;
        private final int maxPayloadBytes;
        private boolean challenged;

        OfWorker(byte[] secret, String address, int parentMaxPayloadBytes, int maxPayloadBytes, byte[] nonce) {
            super("the parent", secret, address, nonce);
            this.parentMaxPayloadBytes = parentMaxPayloadBytes;
            this.maxPayloadBytes = maxPayloadBytes;
            incoming = ByteBuffer.allocate(CHALLENGE_BYTES);
        }

        @Override
        boolean next() throws TransportException {
            incoming.flip();
            if (challenged) {
                verify(proof("parent", parentMaxPayloadBytes, maxPayloadBytes, peerNonce, ownNonce));
                return false;
            }
            challenged = true;
            Preamble.check(incoming, peer);
            incoming.get(peerNonce);
            outgoing = ByteBuffer.allocate(RESPONSE_BYTES);
            Preamble.put(outgoing);
            outgoing.putInt(maxPayloadBytes).put(ownNonce);
            outgoing.put(proof("worker", parentMaxPayloadBytes, maxPayloadBytes, peerNonce, ownNonce))
                    .flip();
            incoming = ByteBuffer.allocate(PROOF_BYTES);
            return true;
        }

        @Override
        int agreedMaxPayloadBytes() {
            return Math.min(maxPayloadBytes, parentMaxPayloadBytes);
        }
    }
}

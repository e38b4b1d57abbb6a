package dev.tandem.ipc;

import java.util.Objects;

/**
 * Where a worker meets its parent: a textual address, which may be seen by everybody, and a secret, which may not.
 *
 * <p>Immutable. {@link #toString()} does not show the secret.
 *
 * @param address what the worker gets as its argument, such as {@code pipes:4,3} or {@code unix:4,/tmp/tandem-1/s}: the
 *     transport, the descriptor on which the worker gets the secret, and the place to meet
 * @param secret 32 random bytes, used once; the array is shared, not copied, so that its owner can wipe it
 */
@SuppressWarnings("ArrayRecordComponent") // wiped in place after use, compared by nobody
public record Endpoint(String address, byte[] secret) {

    /** Checks for null. */
    public Endpoint {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(secret, "secret");
    }

    /** Names the address only. */
    @Override
    public String toString() {
        return "Endpoint[" + address + ", secret hidden]";
    }
}

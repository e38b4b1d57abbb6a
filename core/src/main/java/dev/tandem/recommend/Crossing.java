package dev.tandem.recommend;

import java.time.Duration;
import java.util.Objects;

/**
 * What crossing to a worker JVM and back costs a typical item that crosses alone. Short items cross together, and share it.
 *
 * <p>Immutable and safe for use by any number of threads; no component is null.
 *
 * @param encode making bytes of the item and of its result
 * @param transfer all that is neither encoding, decoding nor the item's own time: sending, waking, waiting
 * @param decode making objects of the bytes again
 * @param argumentBytes how large the item is when it is serialized
 * @param resultBytes how large its result is
 */
public record Crossing(Duration encode, Duration transfer, Duration decode, long argumentBytes, long resultBytes) {

    /** Checks for null. */
    public Crossing {
        Objects.requireNonNull(encode, "encode");
        Objects.requireNonNull(transfer, "transfer");
        Objects.requireNonNull(decode, "decode");
    }

    /** {@return all of it} */
    public Duration total() {
        return encode.plus(transfer).plus(decode);
    }
}

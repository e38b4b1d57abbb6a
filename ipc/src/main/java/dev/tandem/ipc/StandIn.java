package dev.tandem.ipc;

/**
 * What stands for a large array among those of an {@linkplain Codec.Encoded encoded value}, when that is to get to the receiver in another way than
 * beside its message. It takes no bytes; whoever sends takes it out and puts the array back, on one side or the other.
 *
 * <p>Implementations say whether they are thread-safe.
 */
public interface StandIn {}

package dev.tandem.recommend;

import dev.tandem.ProcessOptions;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what crossing costs one item, by encoding and decoding it and its result here, as the process engine does; the rest of what
 * a worker took beyond the item's own time is transfer. Made for one item.
 */
final class CrossingProbe<A extends @Nullable Object, R extends @Nullable Object> {

    /** The first ones find the classes and compile; the fastest counts. */
    private static final int TIMES = 5;

    private final A item;
    private final MeasuredResult<R> result;

    CrossingProbe(A item, MeasuredResult<R> result) {
        this.item = item;
        this.result = result;
    }

    /**
     * Adds up what it costs one item that crosses alone.
     *
     * @param rounds what was seen of warm rounds with one worker, in which nothing failed
     * @return empty if there is none: what the first items take is mostly the start of their worker JVM, and its compiler
     */
    Optional<Crossing> measure(List<Outside> rounds) {
        try {
            Way there = way(item);
            Way back = way(result);
            long encode = there.encodeNanos + back.encodeNanos;
            long decode = there.decodeNanos + back.decodeNanos;
            OptionalDouble transfer = rounds.stream()
                    .mapToDouble(round -> Math.max(0, round.nanosPerItem - encode - decode) * round.chunk)
                    .min();
            if (transfer.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Crossing(
                    Duration.ofNanos(encode),
                    Duration.ofNanos((long) transfer.getAsDouble()),
                    Duration.ofNanos(decode),
                    there.bytes,
                    back.bytes));
        } catch (EncodingException e) {
            return Optional.empty(); // it has crossed before, so this is a value that changes; nothing is known then
        }
    }

    /** Why something cannot travel; empty if it can. */
    static Optional<String> whyNot(@Nullable Object value) {
        try {
            ProcessOptions options = ProcessOptions.defaults();
            options.codec().newEncoder(options.maxPayloadBytes()).encode(value);
            return Optional.empty();
        } catch (EncodingException e) {
            return Optional.of(
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static Way way(@Nullable Object value) throws EncodingException {
        ProcessOptions options = ProcessOptions.defaults();
        Codec.Encoder encoder = options.codec().newEncoder(options.maxPayloadBytes());
        Codec.Decoder decoder = options.codec().newDecoder(loaderOf(value));
        long encodeNanos = Long.MAX_VALUE;
        long decodeNanos = Long.MAX_VALUE;
        int bytes = 0;
        for (int i = 0; i < TIMES; i++) {
            long before = System.nanoTime();
            Codec.Encoded encoded = encoder.encode(value);
            long between = System.nanoTime();
            encoded.definitions().forEach(decoder::define);
            decoder.decode(encoded.bytes(), 0, encoded.bytes().length);
            decodeNanos = Math.min(decodeNanos, System.nanoTime() - between);
            encodeNanos = Math.min(encodeNanos, between - before);
            bytes = encoded.bytes().length;
        }
        return new Way(encodeNanos, decodeNanos, bytes);
    }

    private static ClassLoader loaderOf(@Nullable Object value) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader own = value == null ? null : value.getClass().getClassLoader();
        return context != null ? context : own != null ? own : ClassLoader.getSystemClassLoader();
    }

    /**
     * What an item took beyond its own time, in a round on one worker.
     *
     * @param nanosPerItem that time
     * @param chunk how many items crossed together
     */
    record Outside(double nanosPerItem, int chunk) {}

    private record Way(long encodeNanos, long decodeNanos, int bytes) {}
}

package dev.tandem.recommend;

import dev.tandem.ProcessOptions;
import dev.tandem.Strategy;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds out what crossing costs one item, by encoding and decoding it and its result here, as the process engine does; the rest of what
 * a worker took beyond the item's own time is transfer. Made for one item.
 */
final class CrossingProbe<A, R> {

    /** The first ones find the classes and compile; the fastest counts. */
    private static final int TIMES = 5;

    private final Probe.Numbered<A> item;
    private final Probe.Probed<R> result;

    CrossingProbe(Probe.Numbered<A> item, Probe.Probed<R> result) {
        this.item = item;
        this.result = result;
    }

    Optional<Crossing> measure(List<Trial> trials) {
        try {
            Way there = way(item);
            Way back = way(result);
            long encode = there.encodeNanos + back.encodeNanos;
            long decode = there.decodeNanos + back.decodeNanos;
            double outside = trials.stream()
                    .filter(trial -> trial.strategy() == Strategy.PROCESSES && trial.isWarm() && trial.workers() == 1)
                    .mapToDouble(
                            trial -> trial.nanosPerItem() - 1.0 * trial.inside().toNanos() / trial.items())
                    .min()
                    .orElse(0);
            long transfer = (long) Math.max(0, outside - encode - decode);
            return Optional.of(new Crossing(
                    Duration.ofNanos(encode),
                    Duration.ofNanos(transfer),
                    Duration.ofNanos(decode),
                    there.bytes,
                    back.bytes));
        } catch (EncodingException e) {
            return Optional.empty(); // it has crossed before, so this is a value that changes; nothing is known then
        }
    }

    static boolean canTravel(Object value) {
        try {
            ProcessOptions options = ProcessOptions.defaults();
            options.codec().newEncoder(options.maxPayloadBytes()).encode(value);
            return true;
        } catch (EncodingException e) {
            return false;
        }
    }

    private static Way way(Object value) throws EncodingException {
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

    private static ClassLoader loaderOf(Object value) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader own = value.getClass().getClassLoader();
        return context != null ? context : own != null ? own : ClassLoader.getSystemClassLoader();
    }

    private record Way(long encodeNanos, long decodeNanos, int bytes) {}
}

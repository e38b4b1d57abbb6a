package dev.tandem.internal.protocol;

import dev.tandem.internal.protocol.LogEvent.Pair;
import dev.tandem.internal.protocol.Message.Levels;
import dev.tandem.internal.protocol.Message.Logged;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.TransportException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of what is said about logging.
 *
 * <pre>
 *   LEVELS: | loggers int | (name text | mask byte)* |
 *   LOGGED: | logger text | level byte | message text | thread text | epoch ms long | context int | (key text | value text)* |
 *           | markers int | name text* | pairs int | (key text | value text)* | throwables byte 0..1 | throwable? |
 * </pre>
 */
final class LogFormat {

    private static final int MIN_PAIR_BYTES = 4 + 4;
    private static final int MIN_TEXT_BYTES = 4;
    private static final int MIN_LEVELS_BYTES = 4 + 1;

    private LogFormat() {}

    static void put(Levels levels, PayloadWriter to) {
        to.putInt(levels.masks().size());
        for (Map.Entry<String, Integer> entry : levels.masks().entrySet()) {
            to.putText(entry.getKey());
            to.putByte(entry.getValue());
        }
    }

    static Levels levels(PayloadReader from) throws TransportException {
        int count = from.getCount(MIN_LEVELS_BYTES, "loggers");
        Map<String, Integer> masks = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            masks.put(from.getText("logger"), from.getByte("mask") & LogEvent.ALL_LEVELS);
        }
        return new Levels(masks);
    }

    static void put(Logged logged, PayloadWriter to) {
        LogEvent event = logged.event();
        to.putText(event.logger());
        to.putByte(event.level());
        to.putText(event.message());
        to.putText(event.thread());
        to.putLong(event.epochMillis());
        to.putInt(event.context().size());
        for (Map.Entry<String, String> entry : event.context().entrySet()) {
            to.putText(entry.getKey());
            to.putText(entry.getValue());
        }
        to.putInt(event.markers().size());
        for (String marker : event.markers()) {
            to.putText(marker);
        }
        to.putInt(event.pairs().size());
        for (Pair pair : event.pairs()) {
            to.putText(pair.key());
            to.putText(pair.value());
        }
        PortableThrowable throwable = event.throwable();
        to.putByte(throwable == null ? 0 : 1);
        if (throwable != null) {
            ThrowableFormat.put(throwable, to);
        }
    }

    static Logged logged(long taskId, PayloadReader from) throws TransportException {
        String logger = from.getText("logger");
        int level = from.getByte("level");
        if (level > LogEvent.MAX_LEVEL) {
            throw from.malformed("there is no level " + level);
        }
        String message = from.getText("message");
        String thread = from.getText("thread");
        long epochMillis = from.getLong("time");
        Map<String, String> context = new LinkedHashMap<>();
        int entries = count(MIN_PAIR_BYTES, "entries of context", from);
        for (int i = 0; i < entries; i++) {
            context.put(from.getText("key"), from.getText("value"));
        }
        List<String> markers = new ArrayList<>();
        int names = count(MIN_TEXT_BYTES, "markers", from);
        for (int i = 0; i < names; i++) {
            markers.add(from.getText("marker"));
        }
        List<Pair> pairs = new ArrayList<>();
        int pairCount = count(MIN_PAIR_BYTES, "pairs", from);
        for (int i = 0; i < pairCount; i++) {
            pairs.add(new Pair(from.getText("key"), from.getText("value")));
        }
        int throwables = from.getByte("number of throwables");
        if (throwables > 1) {
            throw from.malformed(throwables + " throwables of one event");
        }
        PortableThrowable throwable = throwables == 0 ? null : ThrowableFormat.get(from);
        return new Logged(
                taskId, new LogEvent(logger, level, message, throwable, thread, epochMillis, context, markers, pairs));
    }

    private static int count(int minBytes, String what, PayloadReader from) throws TransportException {
        int count = from.getCount(minBytes, what);
        if (count > LogEvent.MAX_ENTRIES) {
            throw from.malformed(count + " " + what + ", limit " + LogEvent.MAX_ENTRIES);
        }
        return count;
    }
}

package dev.tandem.internal.processes;

import dev.tandem.internal.processes.KnownLoaders.Known;
import dev.tandem.internal.protocol.Slice;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The class files that were read lately, by loader and name; contents that are equal are kept once.
 *
 * <p>Thread-safe: guarded by its monitor, under which nothing else is called.
 */
final class ContentCache {

    private final long maxBytes;

    // --- guarded by this ---
    private final Map<Key, Content> byKey =
            new LinkedHashMap<>(64, 0.75f, true); // the one asked for least lately first
    private final Map<String, Shared> byDigest = new HashMap<>();
    private long bytes;

    private record Key(Known loader, String name) {}

    /**
     * What a loader has under a name.
     *
     * @param digest equal for equal contents, and for no others
     * @param mayChange whether it may be another one tomorrow, under the same name from the same loader
     */
    record Content(Slice bytes, String digest, boolean mayChange) {

        static Content of(byte[] bytes, boolean mayChange) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return new Content(Slice.of(bytes), HexFormat.of().formatHex(digest), mayChange);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    private static final class Shared {
        private final Content content;
        private int keys;

        Shared(Content content) {
            this.content = content;
        }
    }

    /** Keeps so many bytes at most, and no content of more than a quarter of them. */
    ContentCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized @Nullable Content get(Known loader, String name) {
        return byKey.get(new Key(loader, name));
    }

    /** Keeps a content; returns it, or one that is equal and was there already. */
    synchronized Content put(Known loader, String name, Content read) {
        if (read.bytes().length() > maxBytes / 4) {
            return read;
        }
        Key key = new Key(loader, name);
        drop(byKey.remove(key));
        Shared shared = byDigest.get(read.digest());
        if (shared == null) {
            shared = new Shared(read);
            byDigest.put(read.digest(), shared);
            bytes += read.bytes().length();
        }
        shared.keys++;
        byKey.put(key, shared.content);
        Iterator<Content> eldest = byKey.values().iterator();
        while (bytes > maxBytes) {
            Content out = eldest.next();
            eldest.remove();
            drop(out);
        }
        return shared.content;
    }

    /** Forgets what any loader has under a name. */
    synchronized void forget(String name) {
        for (Iterator<Map.Entry<Key, Content>> all = byKey.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Key, Content> entry = all.next();
            if (entry.getKey().name().equals(name)) {
                all.remove();
                drop(entry.getValue());
            }
        }
    }

    private void drop(@Nullable Content content) {
        Shared shared = content == null ? null : byDigest.get(content.digest());
        if (shared != null && --shared.keys == 0) {
            byDigest.remove(shared.content.digest());
            bytes -= shared.content.bytes().length();
        }
    }
}

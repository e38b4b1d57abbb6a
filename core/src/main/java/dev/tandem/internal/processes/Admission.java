package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.ipc.AllowList;
import dev.tandem.ipc.Codec;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this JVM makes of the bytes that workers send: anything; or anything, and it is written down; or what the options allow.
 *
 * <p>One per runner. The jars and directories that the tasks come from become known as they are submitted, before any worker
 * can answer. Thread-safe.
 */
final class Admission {

    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    private final Codec codec;
    private final ClassLoader loader;
    private final @Nullable AllowList list; // null: anything
    private final @Nullable Path recordTo;

    private Admission(Codec codec, ClassLoader loader, @Nullable AllowList list, @Nullable Path recordTo) {
        this.codec = codec;
        this.loader = loader;
        this.list = list;
        this.recordTo = recordTo;
    }

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException if they make no sense together, or the codec knows nothing of allow-lists
     */
    static Admission of(ProcessOptions options, ClassLoader loader) {
        Path recordTo = options.recordTypes().orElse(null);
        AllowList list = null;
        if (options.isHardened()) {
            list = AllowList.of(options.allowed(), loader);
        } else if (recordTo != null) {
            list = AllowList.recording();
        } else if (!options.allowed().isEmpty()) {
            throw new IllegalArgumentException(
                    "allow means nothing without hardened(), since anything is decoded: allow=" + options.allowed()
                            + "; set hardened() or leave it out");
        }
        Admission admission = new Admission(options.codec(), loader, list, recordTo);
        try {
            admission.newDecoder();
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException(
                    "codec must know allow-lists for hardened() and recordTypes(): " + e.getMessage(), e);
        }
        return admission;
    }

    /** The decoding side of the connection to one worker. */
    Codec.Decoder newDecoder() {
        return list == null ? codec.newDecoder(loader) : codec.newDecoder(loader, list);
    }

    /** Whether all that workers say is believed. */
    boolean trustsWorkers() {
        return list == null;
    }

    /** Whether a value that workers call plain is decoded by code of ours alone: no codec of the user's, no worker that may lie. */
    boolean knowsPlainValues() {
        return list == null && codec.getClass() == Codec.java().getClass();
    }

    /** The user's code goes to the workers; what comes from the same place may come back. */
    void submitted(UserCode code) {
        if (list != null) {
            list.allowCodeOf(Payloads.original(code).getClass());
        }
    }

    /** Writes down what was needed, if that was wanted. */
    void close() {
        if (list == null || recordTo == null) {
            return;
        }
        try {
            list.writeTo(recordTo);
            log.info("{} types that results need are in {}", list.needed().size(), recordTo);
        } catch (IOException e) {
            log.error("recordTypes: what results need could not be written to {}", recordTo, e);
        }
    }
}

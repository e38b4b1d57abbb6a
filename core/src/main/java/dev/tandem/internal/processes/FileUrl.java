package dev.tandem.internal.processes;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** URLs that name files. */
final class FileUrl {

    private FileUrl() {}

    /** The file; null if it is none, or one that cannot be named in this JVM's encoding. */
    static @Nullable Path toPath(URL url) {
        if (!"file".equals(url.getProtocol())) {
            return null;
        }
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return literally(url); // made without escapes, as old code does
        }
    }

    private static @Nullable Path literally(URL url) {
        try {
            return Path.of(url.getFile());
        } catch (InvalidPathException e) {
            return null;
        }
    }
}

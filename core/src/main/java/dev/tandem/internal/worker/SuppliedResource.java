package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Slice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * What opens the URL of one resource that came over the wire, and the URLs that are relative to it.
 *
 * <p>The content hangs on the URL, whose path is the name with escapes where a URL needs them. Immutable, safe for use by any number of threads.
 */
final class SuppliedResource extends URLStreamHandler {

    private static final String PROTOCOL = "tandem-supplied";

    private final String file;
    private final @Nullable Slice content;
    private final String obstacle;
    private final SuppliedClassLoader loader;

    private SuppliedResource(String file, @Nullable Slice content, String obstacle, SuppliedClassLoader loader) {
        this.file = file;
        this.content = content;
        this.obstacle = obstacle;
        this.loader = loader;
    }

    /** The URL of a resource; those of one name differ by their index. */
    static URL url(String name, int index, Slice content, SuppliedClassLoader loader) {
        String file = path(name) + (index == 0 ? "" : "?" + index);
        return url(new SuppliedResource(file, content, "", loader));
    }

    /** The URL of a resource that is there and cannot be had; whoever opens it learns why. */
    static URL unreadable(String name, String obstacle, SuppliedClassLoader loader) {
        return url(new SuppliedResource(path(name), null, obstacle, loader));
    }

    private static URL url(SuppliedResource handler) {
        try {
            return new URL(PROTOCOL, "", -1, handler.file, handler);
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a protocol with a handler of its own is known", e);
        }
    }

    private static String path(String name) {
        try {
            return new URI(PROTOCOL, null, "/" + name, null).getRawPath();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("any text can be escaped", e);
        }
    }

    /** The name that a path stands for; what has no escapes that can be read was made without them. */
    private static String name(URL url) {
        try {
            return new URI(PROTOCOL + "://" + url.getPath()).getPath().substring(1);
        } catch (URISyntaxException e) {
            return url.getPath().substring(1);
        }
    }

    @Override
    protected URLConnection openConnection(URL url) throws IOException {
        if (!url.getFile().equals(file)) {
            return new Open(url, loader.read(name(url)));
        }
        if (content == null) {
            throw new IOException("resource " + name(url) + " cannot be had: " + obstacle);
        }
        return new Open(url, content);
    }

    /** A connection that has everything already. */
    private static final class Open extends URLConnection {

        private final Slice content;

        Open(URL url, Slice content) {
            super(url);
            this.content = content;
        }

        @Override
        public void connect() {
            connected = true;
        }

        @Override
        public long getContentLengthLong() {
            return content.length();
        }

        @Override
        public int getContentLength() {
            return content.length();
        }

        @Override
        public String getContentType() {
            String guess = guessContentTypeFromName(url.getPath());
            return guess == null ? "content/unknown" : guess;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(content.array(), content.offset(), content.length());
        }
    }
}

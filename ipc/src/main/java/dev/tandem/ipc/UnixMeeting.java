package dev.tandem.ipc;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * A Unix domain socket in a directory of its own, which only this user may enter.
 *
 * <p>The mode of the socket itself is no protection: it depends on the umask, and some systems ignore it.
 */
final class UnixMeeting implements Meeting {

    static final String NAME = "unix";

    /** The system's limit is 107 bytes on Linux and 103 on macOS. */
    private static final int MAX_PATH_BYTES = 100;

    private static final int BACKLOG = 128;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Path SHORT_DIRECTORY = Path.of("/tmp");

    private final ServerSocketChannel server;
    private final Path directory;
    private final Path file;
    private final UserPrincipal owner;

    private UnixMeeting(ServerSocketChannel server, Path directory, Path file, UserPrincipal owner) {
        this.server = server;
        this.directory = directory;
        this.file = file;
        this.owner = owner;
    }

    static UnixMeeting open() throws TransportException {
        return open(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Makes the private directory in the given one or, if that has too long a name, in {@code /tmp}. */
    static UnixMeeting open(Path parent) throws TransportException {
        try {
            Path directory = createDirectory(parent);
            Path file = directory.resolve("s");
            try {
                return bind(directory, file);
            } catch (IOException | UnsupportedOperationException e) {
                Files.deleteIfExists(file);
                Files.delete(directory);
                throw e;
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new TransportException(
                    "could not open a Unix domain socket below " + parent + ": " + e
                            + "; use pipes() instead, or loopback()",
                    e);
        }
    }

    private static Path createDirectory(Path parent) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
        Path directory = Files.createTempDirectory(parent, "tandem-", ownerOnly);
        if (fits(directory)) {
            return directory;
        }
        Files.delete(directory);
        directory = Files.createTempDirectory(SHORT_DIRECTORY, "tandem-", ownerOnly);
        if (fits(directory)) {
            return directory;
        }
        Files.delete(directory);
        throw new IOException("the path of the socket would be longer than " + MAX_PATH_BYTES + " bytes");
    }

    private static boolean fits(Path directory) {
        return directory.resolve("s").toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
    }

    private static UnixMeeting bind(Path directory, Path file) throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.configureBlocking(false);
            server.bind(UnixDomainSocketAddress.of(file), BACKLOG);
            return new UnixMeeting(server, directory, file, checkOwner(directory, file));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /**
     * Makes sure that nobody replaced the directory before the socket was bound in it: the socket is surely ours, so the
     * directory must have the same owner.
     */
    private static UserPrincipal checkOwner(Path directory, Path file) throws IOException {
        var found = Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        UserPrincipal owner = Files.getOwner(file, LinkOption.NOFOLLOW_LINKS);
        if (!found.isDirectory()
                || !found.owner().equals(owner)
                || !found.permissions().equals(OWNER_ONLY)) {
            throw new IOException("the private directory " + directory + " was tampered with: owner " + found.owner()
                    + ", mode " + PosixFilePermissions.toString(found.permissions()) + ", expected " + owner
                    + ", " + PosixFilePermissions.toString(OWNER_ONLY));
        }
        return owner;
    }

    /** The worker's part. */
    static SocketChannel connect(String place) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(place));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ServerSocketChannel server() {
        return server;
    }

    @Override
    public String place() {
        return file.toString();
    }

    @Override
    public void admit(SocketChannel stranger) throws IOException {
        PeerCredentials.check(stranger, owner);
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // Somebody cleaned up the temporary directory before us, or put something in ours; nothing depends on it.
        }
    }
}

package dev.tandem.ipc;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.UnixDomainPrincipal;

/** Asks the system who is at the other end of a Unix domain socket: a second line behind the private directory. */
final class PeerCredentials {

    private static final String OPTION = "SO_PEERCRED";

    private PeerCredentials() {}

    /**
     * Checks the user at the other end, where the system and the JDK can tell.
     *
     * @throws TransportException if it is another one
     */
    static void check(SocketChannel peer, UserPrincipal expected) throws IOException {
        for (SocketOption<?> option : peer.supportedOptions()) {
            if (option.name().equals(OPTION)) {
                UserPrincipal user = ((UnixDomainPrincipal) peer.getOption(option)).user();
                if (!user.equals(expected)) {
                    throw new TransportException("user " + user + " connected, expected " + expected);
                }
            }
        }
    }
}

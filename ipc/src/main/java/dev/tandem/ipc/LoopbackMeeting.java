package dev.tandem.ipc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A TCP port of the loopback interface; never of another one, and never a port that could be known before. */
final class LoopbackMeeting implements Meeting {

    static final String NAME = "loopback";

    /** As many strangers as may stand between the worker and us. */
    private static final int BACKLOG = 128;

    private final ServerSocketChannel server;
    private final String place;

    private LoopbackMeeting(ServerSocketChannel server, String place) {
        this.server = server;
        this.place = place;
    }

    static LoopbackMeeting open() throws TransportException {
        try {
            var server = ServerSocketChannel.open();
            try {
                server.configureBlocking(false);
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
                var address = (InetSocketAddress) server.getLocalAddress();
                return new LoopbackMeeting(server, address.getAddress().getHostAddress() + ":" + address.getPort());
            } catch (IOException e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw new TransportException(
                    "could not open a port on the loopback interface: " + e.getMessage() + "; use pipes() instead", e);
        }
    }

    /** The worker's part. */
    static SocketChannel connect(String place) throws IOException {
        int colon = place.lastIndexOf(':');
        int port;
        try {
            port = Integer.parseInt(place.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new TransportException("not an address on the loopback interface: '" + place + "'", e);
        }
        InetAddress host = InetAddress.getByName(place.substring(0, Math.max(colon, 0)));
        if (!host.isLoopbackAddress()) {
            throw new TransportException("a parent is on this machine, but its address is not: '" + place + "'");
        }
        var channel = SocketChannel.open(new InetSocketAddress(host, port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
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
        return place;
    }

    @Override
    public void admit(SocketChannel stranger) throws IOException {
        stranger.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // The port is free either way.
        }
    }
}

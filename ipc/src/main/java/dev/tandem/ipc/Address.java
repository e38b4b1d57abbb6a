package dev.tandem.ipc;

/**
 * An {@link Endpoint#address()}, taken apart: {@code pipes:4,3}, {@code unix:4,/tmp/tandem-1/s} or
 * {@code loopback:0,127.0.0.1:4711}.
 *
 * @param transport the name of the transport
 * @param secretDescriptor where the worker reads the secret: 0 for standard input, 4 where a shell moved it aside
 * @param place the worker's descriptor to write to, the socket's path, or host and port
 */
record Address(String transport, int secretDescriptor, String place) {

    /** @throws TransportException if the text is none of ours */
    static Address parse(String text) throws TransportException {
        int colon = text.indexOf(':');
        int comma = text.indexOf(',', colon + 2);
        if (colon > 0 && comma == colon + 2 && Character.digit(text.charAt(colon + 1), 10) >= 0) {
            int descriptor = Character.digit(text.charAt(colon + 1), 10);
            return new Address(text.substring(0, colon), descriptor, text.substring(comma + 1));
        }
        throw new TransportException("not an address of a parent: '" + text + "', expected for example pipes:4,3");
    }

    @Override
    public String toString() {
        return transport + ":" + secretDescriptor + "," + place;
    }
}

package dev.tandem.ipc;

/** The child's own pipes. Immutable. */
final class PipeTransport implements Transport {

    static final String NAME = "pipes";
    static final PipeTransport INSTANCE = new PipeTransport(isPrivate());

    private final boolean wrapped;

    /**
     * Chooses descriptors.
     *
     * @param wrapped whether a shell moves the pipes; else the protocol runs on standard input and output
     */
    PipeTransport(boolean wrapped) {
        this.wrapped = wrapped;
    }

    /** Tells whether the pipes can be moved to where nothing else writes. */
    static boolean isPrivate() {
        return Shell.isAvailable();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Listener listen(int maxPayloadBytes) {
        return new PipeListener(maxPayloadBytes, wrapped);
    }

    @Override
    public String toString() {
        return "Transport[" + name() + "]";
    }
}

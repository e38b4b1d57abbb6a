package dev.tandem.ipc;

/** Two rings in shared memory, with the child's own pipes to meet on and to ring. Immutable. */
final class SharedMemoryTransport implements Transport {

    static final String NAME = "shared-memory";
    static final SharedMemoryTransport INSTANCE = new SharedMemoryTransport(PipeTransport.isPrivate());

    private final boolean wrapped;

    /**
     * Chooses descriptors.
     *
     * @param wrapped whether a shell moves the pipes; else they are standard input and output
     */
    SharedMemoryTransport(boolean wrapped) {
        this.wrapped = wrapped;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Listener listen(int maxPayloadBytes) {
        return new PipeListener(maxPayloadBytes, wrapped, RingMeeting.with(RingFile.directory()));
    }

    @Override
    public String toString() {
        return "Transport[" + name() + "]";
    }
}

package dev.tandem.ipc;

final class JavaCodec implements Codec {
    private static final long serialVersionUID = 1L;
    static final JavaCodec DEFAULT = new JavaCodec();

    @Override
    public Encoder newEncoder(long maxBytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Decoder newDecoder(ClassLoader loader) {
        throw new UnsupportedOperationException();
    }
}

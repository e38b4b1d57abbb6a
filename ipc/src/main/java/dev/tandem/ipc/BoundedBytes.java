package dev.tandem.ipc;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Collects bytes up to a limit.
 *
 * <p>Kept in pieces that are joined once at the end: a buffer that doubles would hold three times the message while it
 * moves to the next size. Used by one thread.
 */
final class BoundedBytes extends OutputStream {

    /** A captured lambda fits; larger wastes memory on each small message, smaller costs a second piece. */
    private static final int FIRST_PIECE_BYTES = 512;

    /** Larger leaves more unused at the end of a long message, smaller makes more pieces to join. */
    private static final int LARGEST_PIECE_BYTES = 1 << 20;

    /** Arrays cannot be longer on HotSpot. */
    static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final long limitBytes;
    private final List<byte[]> fullPieces = new ArrayList<>(2);
    private byte[] piece;
    private int pieceBytes;
    private long fullBytes;
    private long reservedBytes;
    private boolean overflown;

    BoundedBytes(long limitBytes) {
        this.limitBytes = Math.min(limitBytes, LONGEST_ARRAY);
        this.piece = new byte[(int) Math.min(FIRST_PIECE_BYTES, this.limitBytes)];
    }

    @Override
    public void write(int b) throws IOException {
        demand(1);
        if (pieceBytes == piece.length) {
            nextPiece(1);
        }
        piece[pieceBytes++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        demand(length);
        int fits = Math.min(length, piece.length - pieceBytes);
        System.arraycopy(bytes, offset, piece, pieceBytes, fits);
        pieceBytes += fits;
        int left = length - fits;
        if (left > 0) {
            nextPiece(left);
            System.arraycopy(bytes, offset + fits, piece, 0, left);
            pieceBytes = left;
        }
    }

    /** Fails again if a write failed; whoever wrote may have swallowed the exception. */
    void checkLength() throws Overflow {
        if (overflown) {
            throw new Overflow(limitBytes);
        }
    }

    /** Counts bytes that are kept elsewhere. */
    void reserve(long bytes) throws Overflow {
        demand(bytes);
        reservedBytes += bytes;
    }

    /** How much of so many bytes the limit still allows. */
    long left(long bytes) {
        return Math.max(0, Math.min(bytes, limitBytes - reservedBytes - fullBytes - pieceBytes));
    }

    /** How many bytes were written here. */
    int size() {
        return Math.toIntExact(fullBytes + pieceBytes);
    }

    byte[] toByteArray() {
        byte[] all = new byte[size()];
        copyTo(all, 0);
        return all;
    }

    void copyTo(byte[] all, int offset) {
        int at = offset;
        for (byte[] full : fullPieces) {
            System.arraycopy(full, 0, all, at, full.length);
            at += full.length;
        }
        System.arraycopy(piece, 0, all, at, pieceBytes);
    }

    private void demand(long bytes) throws Overflow {
        overflown |= bytes > limitBytes - reservedBytes - fullBytes - pieceBytes;
        checkLength();
    }

    private void nextPiece(int leastBytes) {
        fullPieces.add(piece);
        fullBytes += piece.length;
        long usual = Math.min(LARGEST_PIECE_BYTES, 2L * piece.length);
        piece = new byte[(int) Math.min(Math.max(leastBytes, usual), limitBytes - fullBytes)];
        pieceBytes = 0;
    }

    /** More was written than the limit allows. */
    static final class Overflow extends IOException {
        private static final long serialVersionUID = 1L;

        private final long limitBytes;

        Overflow(long limitBytes) {
            super("longer than " + limitBytes + " bytes");
            this.limitBytes = limitBytes;
        }

        long limitBytes() {
            return limitBytes;
        }
    }
}

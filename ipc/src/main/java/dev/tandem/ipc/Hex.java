package dev.tandem.ipc;

import java.nio.charset.StandardCharsets;

/** Shows bytes in messages: hexadecimal for us, and as text because most stray bytes are somebody's output. */
final class Hex {

    /** More is noise; less hides the text around a stray line. */
    static final int MAX_SHOWN_BYTES = 64;

    private Hex() {}

    static String dump(byte[] bytes, int offset, int length) {
        int shown = Math.min(length, MAX_SHOWN_BYTES);
        var hex = new StringBuilder();
        for (int i = offset; i < offset + shown; i++) {
            hex.append(Character.forDigit(bytes[i] >> 4 & 0xF, 16)).append(Character.forDigit(bytes[i] & 0xF, 16));
            hex.append(' ');
        }
        String text = new String(bytes, offset, shown, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", ".");
        return hex.append('|').append(text).append('|').toString();
    }
}

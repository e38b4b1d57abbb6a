package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FrameHeaderTest {

    @Test
    void hasTheSameBytesForEver() {
        ByteBuffer[] payload = {ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII))};
        var bytes = ByteBuffer.allocate(FrameHeader.BYTES);
        FrameHeader.of(7, 0x0102_0304_0506L, payload).put(bytes);
        assertThat(HexFormat.of().formatHex(bytes.array())).isEqualTo("075f010203040506" + "00000005" + "faac4617");
    }

    @Test
    void refusesZerosOnesAndText() {
        byte[] ones = new byte[FrameHeader.BYTES];
        Arrays.fill(ones, (byte) 0xFF);
        assertThat(FrameHeader.parse(new byte[FrameHeader.BYTES], 0)).isNull();
        assertThat(FrameHeader.parse(ones, 0)).isNull();
        for (String text : new String[] {
            "Listening for transport dt_socket", "[0.012s][info][gc] Using G1", "Hello, world, and all",
            "Dumping heap to /tmp/x.hprof", "# A fatal error has been detected", "Terminating due to java.lang.Out"
        }) {
            assertThat(FrameHeader.parse(text.getBytes(StandardCharsets.US_ASCII), 0))
                    .isNull();
        }
    }

    @Test
    void holdsTheLargestValues() {
        byte[] bytes = new byte[FrameHeader.BYTES];
        var header = new FrameHeader(255, FrameHeader.MAX_ID, 0xFFFF_FFFFL, -1);
        header.put(ByteBuffer.wrap(bytes));
        assertThat(FrameHeader.parse(bytes, 0)).isEqualTo(header);
    }
}

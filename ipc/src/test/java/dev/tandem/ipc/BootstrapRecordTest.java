package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BootstrapRecordTest {

    private final byte[] secret = Secrets.random(32);
    private final byte[] bytes = new BootstrapRecord(4711, secret).encode();

    @Test
    void isReadWithoutAByteThatFollows() throws IOException {
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
        more[bytes.length] = 77;
        var in = new ByteArrayInputStream(more);
        BootstrapRecord found = BootstrapRecord.read(in);
        assertThat(found.maxPayloadBytes()).isEqualTo(4711);
        assertThat(found.secret()).isEqualTo(secret);
        assertThat(in.read()).isEqualTo(77);
    }

    @Test
    void tellsBothVersionsWhenTheyDiffer() {
        bytes[4] = 1;
        bytes[5] = 2;
        assertThatThrownBy(() -> BootstrapRecord.read(new ByteArrayInputStream(bytes)))
                .isInstanceOf(TransportException.class)
                .hasMessage("the parent speaks version 258 of the protocol, this side version 1; "
                        + "put the same tandem-ipc on both class paths");
    }

    @Test
    void doesNotShowTheSecretOfAnotherVersion() {
        bytes[5] = 9;
        assertThatThrownBy(() -> BootstrapRecord.read(new ByteArrayInputStream(bytes)))
                .hasMessageNotContaining(Hex.dump(secret, 0, 4).substring(0, 11));
    }

    @Test
    void tellsWhereTheInputEnded() {
        for (int cut = 0; cut < bytes.length; cut++) {
            byte[] start = Arrays.copyOf(bytes, cut);
            String expected = "no parent spoke on standard input: it ended after " + cut + " of 42 bytes; "
                    + "workers are started by a runner, not by hand";
            assertThatThrownBy(() -> BootstrapRecord.read(new ByteArrayInputStream(start)))
                    .isInstanceOf(TransportException.class)
                    .hasMessage(expected);
        }
    }

    @Test
    void refusesWhatSomebodyTyped() {
        byte[] typed = "hello, is anybody there? Who is there? I am.".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> BootstrapRecord.read(new ByteArrayInputStream(typed)))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("the parent does not speak our protocol: it began with 68 65 6c 6c 6f ");
    }

    @Test
    void refusesALimitThatIsNone() {
        byte[] none = new BootstrapRecord(0, secret).encode();
        assertThatThrownBy(() -> BootstrapRecord.read(new ByteArrayInputStream(none)))
                .isInstanceOf(TransportException.class)
                .hasMessage("the parent accepts payloads of at most 0 bytes, which is none");
    }

    @Row("Z4")
    @Test
    void hidesItsSecretFromLogs() {
        assertThat(new BootstrapRecord(1, secret)).hasToString("BootstrapRecord[secret hidden]");
        assertThat(new Endpoint("pipes:4,3", secret)).hasToString("Endpoint[pipes:4,3, secret hidden]");
    }
}

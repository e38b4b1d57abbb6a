package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PipeGreetingTest {

    private final byte[] secret = Secrets.random(32);

    @Test
    void provesThatTheSecretWasRead() throws TransportException {
        assertThat(PipeGreeting.check(PipeGreeting.encode(4711, secret), secret, "worker 1"))
                .isEqualTo(4711);
    }

    @Test
    void isNotWhatTheParentSaid() {
        byte[] echoed = new BootstrapRecord(4711, secret).encode();
        assertThatThrownBy(() -> PipeGreeting.check(echoed, secret, "worker 1"))
                .isInstanceOf(TransportException.class)
                .hasMessage("worker 1 did not answer with the secret that it was given");
    }

    @Test
    void tellsBothVersionsWhenTheyDiffer() {
        byte[] answer = PipeGreeting.encode(4711, secret);
        answer[5] = 3;
        assertThatThrownBy(() -> PipeGreeting.check(answer, secret, "worker 1"))
                .hasMessageContaining("worker 1 speaks version 3 of the protocol, this side version 1");
    }
}

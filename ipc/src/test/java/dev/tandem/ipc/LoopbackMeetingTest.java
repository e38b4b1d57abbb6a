package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class LoopbackMeetingTest {

    @Test
    void bindsToTheLoopbackInterfaceAndAPortOfTheSystemsChoice() throws IOException {
        try (var one = LoopbackMeeting.open();
                var other = LoopbackMeeting.open()) {
            var address = (InetSocketAddress) one.server().getLocalAddress();
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();
            assertThat(one.place()).endsWith(":" + address.getPort()).isNotEqualTo(other.place());
        }
    }

    @Test
    void neverConnectsToAnotherMachine() {
        for (String place : new String[] {"192.0.2.1:80", "0.0.0.0:80"}) {
            assertThatThrownBy(() -> LoopbackMeeting.connect(place))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("a parent is on this machine, but its address is not: '" + place + "'");
        }
        for (String place : new String[] {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http"}) {
            assertThatThrownBy(() -> LoopbackMeeting.connect(place))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("not an address on the loopback interface: '" + place + "'");
        }
    }
}

package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AddressTest {

    @Test
    void isReadAsItWasWritten() throws TransportException {
        for (String text : new String[] {
            "pipes:4,3", "unix:0,/tmp/a,b:c/s", "loopback:4,127.0.0.1:4711", "loopback:4,0:0:0:0:0:0:0:1:4711"
        }) {
            assertThat(Address.parse(text)).hasToString(text);
        }
        assertThat(Address.parse("unix:4,/tmp/s")).isEqualTo(new Address("unix", 4, "/tmp/s"));
    }

    @Test
    void refusesWhatIsNone() {
        for (String text :
                new String[] {"", ":", "pipes", "pipes:", "pipes:4", "pipes:x,3", ":4,3", "pipes:44,3", "4,3"}) {
            assertThatThrownBy(() -> Address.parse(text))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("not an address of a parent: '" + text + "', expected for example pipes:4,3");
        }
    }
}

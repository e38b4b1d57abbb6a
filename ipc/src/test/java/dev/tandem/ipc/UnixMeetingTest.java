package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class UnixMeetingTest {

    @TempDir
    Path parent;

    @Row({"Z3", "Z5"})
    @Test
    void bindsInADirectoryThatOnlyItsOwnerMayEnter() throws IOException {
        try (var meeting = UnixMeeting.open(parent)) {
            Path file = Path.of(meeting.place());
            assertThat(file).exists();
            assertThat(file.getParent().getParent()).isEqualTo(parent);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void leavesNothingBehind() throws IOException {
        var meeting = UnixMeeting.open(parent);
        meeting.close();
        meeting.close();
        assertThat(parent).isEmptyDirectory();
        assertThatThrownBy(() -> UnixMeeting.connect(meeting.place())).isInstanceOf(IOException.class);
    }

    @Test
    void isNotDisturbedWhenItsDirectoryIsGone() throws IOException {
        var meeting = UnixMeeting.open(parent);
        Files.delete(Path.of(meeting.place()));
        Files.delete(Path.of(meeting.place()).getParent());
        meeting.close();
        assertThat(parent).isEmptyDirectory();
    }

    @Row("X8")
    @Test
    void takesTheShortDirectoryWhenTheGivenOneIsTooLong() throws IOException {
        Path deep = Files.createDirectories(parent.resolve("d".repeat(100)));
        try (var meeting = UnixMeeting.open(deep)) {
            assertThat(meeting.place()).startsWith("/tmp/tandem-");
            try (SocketChannel channel = UnixMeeting.connect(meeting.place())) {
                assertThat(channel.isConnected()).isTrue();
            }
        }
        assertThat(deep).isEmptyDirectory();
    }

    @Test
    void namesTheAlternativesWhenThereIsNoPlace() {
        Path missing = parent.resolve("missing");
        assertThatThrownBy(() -> UnixMeeting.open(missing))
                .isInstanceOf(TransportException.class)
                .hasMessageStartingWith("could not open a Unix domain socket below " + missing)
                .hasMessageEndingWith("use pipes() instead, or loopback()");
    }

    @Test
    void letsTheSameUserIn() throws IOException {
        try (var meeting = UnixMeeting.open(parent);
                SocketChannel client = UnixMeeting.connect(meeting.place());
                SocketChannel accepted = meeting.server().accept()) {
            meeting.admit(accepted);
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Row("Z3")
    @Test
    void turnsAnotherUserAway() throws IOException {
        // Nobody else can connect in a test; so we are the ones who are not expected.
        UserPrincipal nobody = () -> "nobody";
        try (var meeting = UnixMeeting.open(parent);
                SocketChannel client = UnixMeeting.connect(meeting.place());
                SocketChannel accepted = meeting.server().accept()) {
            assertThat(client.isConnected()).isTrue();
            assertThatThrownBy(() -> PeerCredentials.check(accepted, nobody))
                    .isInstanceOf(TransportException.class)
                    .hasMessageMatching("user \\S+ connected, expected .*");
        }
    }

    /** Opens a meeting and waits until its input ends. */
    static final class Host {
        public static void main(String[] args) throws IOException {
            try (var meeting = UnixMeeting.open(Path.of(args[0]))) {
                System.out.println(meeting.place());
                System.in.read();
            }
        }
    }

    @Row({"Z3", "Z5"})
    @Test
    void z3KeepsOthersOutWhateverTheUmask() throws Exception {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path planted = Files.createSymbolicLink(parent.resolve("tandem-1"), Path.of("/etc"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process host = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 000; exec \"$@\"",
                        "sh",
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Host.class.getName(),
                        parent.toString())
                .start();
        try {
            var output = new BufferedReader(new InputStreamReader(host.getInputStream(), StandardCharsets.UTF_8));
            Path socket = Path.of(output.readLine());

            assertThat(socket.getParent().getParent()).isEqualTo(parent);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
                    .isEqualTo("rwx------");
            assertThat(Files.isSymbolicLink(planted)).isTrue();
            if (isRootWithSetpriv()) {
                // As somebody else: the place above can be seen, the socket cannot be reached.
                assertThat(asNobody("test", "-d", parent.toString())).isZero();
                assertThat(asNobody("test", "-e", socket.toString())).isNotZero();
            }
        } finally {
            host.toHandle().destroyForcibly();
            host.waitFor();
        }
    }

    private static boolean isRootWithSetpriv() {
        return System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of("/usr/bin/setpriv"));
    }

    private static int asNobody(String... command) throws Exception {
        List<String> line =
                new ArrayList<>(List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        line.addAll(List.of(command));
        return new ProcessBuilder(line).start().waitFor();
    }
}

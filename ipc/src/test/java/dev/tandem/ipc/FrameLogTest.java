package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class FrameLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tandem.frames");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    void showsFramesInOneLineEach() throws Exception {
        try (var worker = WorkerProcess.start(Transport.pipes(), "echo")) {
            echo(worker.connection);
            assertThat(appender.list).as("off").isEmpty();
            logger.setLevel(Level.DEBUG);
            echo(worker.connection);
            worker.connection.nameKinds(kind -> kind == 3 ? "RUN" : "?");
            echo(worker.connection);
            String name = "worker " + worker.process.pid();
            assertThat(appender.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            name + " >> 3 7 412 B",
                            name + " << 3 7 412 B",
                            name + " >> RUN 7 412 B",
                            name + " << RUN 7 412 B");
        }
    }

    @Test
    void canBeTurnedOnInAWorker() throws Exception {
        try (var worker = WorkerProcess.start(
                Transport.pipes(),
                1000,
                builder -> {
                    builder.command().add(1, "-Ddev.tandem.frames=true");
                    builder.command().add(1, "-Dlogback.configurationFile=frames-logback.xml");
                },
                "echo")) {
            echo(worker.connection);
            worker.connection.close();
            worker.waitFor();
            assertThat(worker.output()).contains("the parent << 3 7 412 B", "the parent >> 3 7 412 B");
        }
    }

    private static void echo(Connection connection) throws TransportException {
        connection.send(3, 7, ByteBuffer.allocate(412));
        connection.receive();
    }
}

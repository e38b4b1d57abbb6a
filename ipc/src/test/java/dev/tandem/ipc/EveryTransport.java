package dev.tandem.ipc;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** A test that takes a {@link Transport} and must hold on all of them, with and without a shell in front of the worker. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(EveryTransport.Source.class)
@interface EveryTransport {

    /** Without a shell less can be promised, and what does not depend on one need not be tried twice. */
    boolean withShellOnly() default false;

    final class Source implements ArgumentsProvider, AnnotationConsumer<EveryTransport> {
        private boolean withShellOnly;

        @Override
        public void accept(EveryTransport annotation) {
            withShellOnly = annotation.withShellOnly();
        }

        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            return Stream.of(
                            Named.of("pipes", new PipeTransport(true)),
                            Named.of("pipes without a shell", new PipeTransport(false)),
                            Named.of("shared memory", new SharedMemoryTransport(true)),
                            Named.of("unix", new SocketTransport(UnixMeeting.NAME, true)),
                            Named.of("unix without a shell", new SocketTransport(UnixMeeting.NAME, false)),
                            Named.of("loopback", new SocketTransport(LoopbackMeeting.NAME, true)),
                            Named.of("loopback without a shell", new SocketTransport(LoopbackMeeting.NAME, false)))
                    .filter(transport -> !withShellOnly || !transport.getName().endsWith("without a shell"))
                    .map(Arguments::of);
        }
    }
}

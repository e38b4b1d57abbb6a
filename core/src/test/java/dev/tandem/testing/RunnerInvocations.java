package dev.tandem.testing;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a test once on each kind of runner that has what it needs. */
final class RunnerInvocations implements TestTemplateInvocationContextProvider {

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), EveryRunner.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        EveryRunner test = AnnotationSupport.findAnnotation(context.getTestMethod(), EveryRunner.class)
                .orElseThrow();
        boolean sharedMemoryToo =
                AnnotationSupport.isAnnotated(context.getRequiredTestClass(), OverSharedMemoryToo.class);
        boolean adaptiveToo = !AnnotationSupport.isAnnotated(context.getRequiredTestClass(), ExceptAdaptive.class);
        return RunnerKind.that(test, sharedMemoryToo, adaptiveToo).stream().map(OnKind::new);
    }

    @Override
    public boolean mayReturnZeroTestTemplateInvocationContexts(ExtensionContext context) {
        return true; // a test for virtual threads alone, on a JVM without
    }

    private record OnKind(RunnerKind kind) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int invocationIndex) {
            return kind.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Opened(kind));
        }
    }

    /** Hands {@link Runners} out and closes them. */
    private static final class Opened implements ParameterResolver, AfterEachCallback {

        private final RunnerKind kind;
        private @Nullable Runners runners;

        Opened(RunnerKind kind) {
            this.kind = kind;
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Runners.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            Runners made = new Runners(kind, SharedRunners.of(context), NothingLeft.baselineOf(context));
            runners = made;
            return made;
        }

        @Override
        public void afterEach(ExtensionContext context) {
            if (runners != null) {
                runners.close();
            }
        }
    }
}

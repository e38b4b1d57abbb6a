package dev.tandem.testing;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Fails a test that takes too long, with the stacks of this JVM and of its workers.
 *
 * <p>The body of the test runs on a thread of its own, because what hangs may well ignore interruption.
 */
public final class HardLimit implements InvocationInterceptor {

    /** Below the limit of the build, which knows nothing of workers. */
    private static final long LIMIT_SECONDS = 50;

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context.getDisplayName());
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context.getRequiredTestMethod().getName() + " on " + context.getDisplayName());
    }

    private static void run(Invocation<Void> invocation, String test) throws Throwable {
        FutureTask<@Nullable Throwable> body = new FutureTask<>(() -> {
            try {
                invocation.proceed();
                return null;
            } catch (Throwable t) {
                return t;
            }
        });
        Thread thread = new Thread(body, "test-body");
        thread.setDaemon(true);
        thread.start();
        Throwable thrown = outcome(body, thread, test);
        if (thrown != null) {
            throw thrown;
        }
    }

    private static @Nullable Throwable outcome(FutureTask<@Nullable Throwable> body, Thread thread, String test)
            throws InterruptedException, ExecutionException {
        try {
            return body.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            String stacks = Stacks.ofEverything();
            thread.interrupt();
            return new AssertionError(test + " has not ended after " + LIMIT_SECONDS + " s\n" + stacks);
        }
    }
}

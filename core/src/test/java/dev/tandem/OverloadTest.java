package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Which overload the compiler takes for a lambda; that this class compiles is half of the test.
 *
 * <p>The lambdas do not run.
 */
@SuppressWarnings("serial") // these lambdas stay at home, so they may use what is not serializable
final class OverloadTest {

    private final AtomicReference<Method> called = new AtomicReference<>();
    private final AtomicReference<Object> argument = new AtomicReference<>();
    private final TaskExecutorService service = recording(TaskExecutorService.class);
    private final TaskSubmitter submitter = recording(TaskSubmitter.class);

    @Test
    void takesALambdaWithAResultAsATask() {
        service.submit(() -> 1);
        assertTakenAs(Task.class);
        service.submit(() -> Integer.parseInt("1"));
        assertTakenAs(Task.class);
        service.submit(new AtomicInteger()::incrementAndGet);
        assertTakenAs(Task.class);
        TaskFuture<Integer> typed = service.submit(() -> {
            if (called.get() != null) {
                throw new IOException();
            }
            return 1;
        });
        assertThat((Object) typed).isNull();
        assertTakenAs(Task.class);

        submitter.submit(() -> 1);
        assertTakenAs(Task.class);
        submitter.submit(() -> Integer.parseInt("1"));
        assertTakenAs(Task.class);
        submitter.submit(new AtomicInteger()::incrementAndGet);
        assertTakenAs(Task.class);
    }

    @Test
    void takesALambdaWithoutAResultAsAnAction() {
        service.submit(() -> {});
        assertTakenAs(TaskExecutorService.TaskRunnable.class);
        service.submit(() -> System.gc());
        assertTakenAs(TaskExecutorService.TaskRunnable.class);
        service.submit(System::gc);
        assertTakenAs(TaskExecutorService.TaskRunnable.class);
        service.execute(() -> {});
        assertTakenAs(TaskExecutorService.TaskRunnable.class);
        service.execute(System::gc);
        assertTakenAs(TaskExecutorService.TaskRunnable.class);

        submitter.submit(() -> {});
        assertTakenAs(TaskAction.class);
        submitter.submit(System::gc);
        assertTakenAs(TaskAction.class);
        submitter.submit(() -> Thread.sleep(1));
        assertTakenAs(TaskAction.class);
    }

    @Test
    void takesALambdaThatOnlyThrowsAsATask() {
        service.submit(() -> {
            throw new IOException();
        });
        assertTakenAs(Task.class);
        submitter.submit(() -> {
            throw new IOException();
        });
        assertTakenAs(Task.class);
    }

    @Test
    void leavesWhatWasTypedElsewhereAsItIs() {
        Callable<Integer> callable = () -> 1;
        Runnable runnable = () -> {};

        service.submit(callable);
        assertThat(called.get().getParameterTypes()).containsExactly(Callable.class);
        service.submit(runnable);
        assertThat(called.get().getParameterTypes()).containsExactly(Runnable.class);
        service.execute(runnable);
        assertThat(called.get().getParameterTypes()).containsExactly(Runnable.class);
        service.submit(runnable, "result");
        assertThat(called.get().getParameterTypes()).containsExactly(Runnable.class, Object.class);
    }

    @Test
    void takesTasksWhereTheJdkWantsCallables() throws InterruptedException {
        List<Task<Integer>> tasks = List.of(() -> 1, () -> 2);

        service.invokeAll(tasks);

        assertThat(argument.get()).isSameAs(tasks);
    }

    private void assertTakenAs(Class<?> type) {
        assertThat(called.get().getParameterTypes()).containsExactly(type);
        assertThat(argument.get()).isInstanceOf(Serializable.class);
    }

    private <T> T recording(Class<T> type) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    called.set(method);
                    argument.set(arguments[0]);
                    return null;
                });
        return type.cast(proxy);
    }
}

package dev.tandem.internal.engine;

import dev.tandem.RunnerBrokenException;
import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.OptionalInt;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The lazy stream behind {@code stream} and {@code outcomes}: pulls inputs only as far ahead as the window allows.
 *
 * <p><b>Back pressure.</b> The thread that consumes the stream is the only one that pulls inputs. Before it waits for the
 * next result it pulls and submits until as many inputs are under way as the window holds; a result that was handed out
 * makes room for one more. So a slow consumer slows the source, an endless source is fine, and nothing is pulled before the
 * terminal operation begins.
 *
 * <p><b>Order.</b> In order, the consumer waits for the oldest input under way; unordered, for whichever settles first,
 * through a queue that the {@link Watcher} fills.
 *
 * <p><b>Failure of the source.</b> An exception of the input iterator is kept until the results of all inputs before it
 * have been handed out, and is then thrown as it is.
 *
 * <p><b>Abandonment.</b> A stream that is closed, fails, or is simply dropped cancels what it has under way. The last of
 * these is found by a {@link Cleaner}; that is why what is under way lives in an object of its own ({@link UnderWay}),
 * which does not refer to the stream.
 *
 * <p>Used by one thread at a time, as streams are; {@link #close()} may come from any thread.
 */
final class ResultWindow<A, R, T> extends Spliterators.AbstractSpliterator<T> implements AutoCloseable {

    private static final int CHUNKS_PER_WORKER = 2; // one runs, one is ready: more only adds latency

    private static final Cleaner CLEANER = Cleaner.create(body -> {
        Thread thread = new Thread(null, body, "tandem-stream-cleaner", 0, false);
        thread.setDaemon(true);
        return thread;
    });

    /** How a settled input becomes an element of the stream; throws to end the stream with a failure. */
    interface Delivery<A, R, T> {
        T deliver(A input, Settled<R> settled);
    }

    private final RunnerContext context;
    private final Iterator<? extends A> source;
    private final Delivery<A, R, T> delivery;
    private final OptionalInt window;
    private final UnderWay<A, R> underWay;
    private final Cleaner.Cleanable cleanable;

    // --- the consuming thread's ---
    private @Nullable Throwable sourceFailure;
    private boolean sourceEnded;

    private ResultWindow(
            RunnerContext context, Intake intake, Iterator<? extends A> source, Delivery<A, R, T> delivery) {
        super(Long.MAX_VALUE, intake.options().isUnordered() ? 0 : Spliterator.ORDERED);
        this.context = context;
        this.source = source;
        this.delivery = delivery;
        this.window = intake.options().window();
        this.underWay =
                intake.options().isUnordered() ? new UnderWay.FirstDoneFirst<>(intake) : new UnderWay.InOrder<>(intake);
        this.cleanable = CLEANER.register(this, underWay::cancel);
    }

    /** Makes the stream; nothing is pulled from {@code source} before it is consumed. */
    static <A, R, T> Stream<T> open(
            RunnerContext context, Intake intake, Iterator<? extends A> source, Delivery<A, R, T> delivery) {
        ResultWindow<A, R, T> results = new ResultWindow<>(context, intake, source, delivery);
        return StreamSupport.stream(results, false).onClose(results::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super T> consumer) {
        T element;
        try {
            fill();
            UnderWay.Result<A, R> next = underWay.awaitNext(context);
            if (next == null) {
                throwSourceFailure();
                return false;
            }
            element = delivery.deliver(next.input(), next.outcome());
        } catch (Throwable t) {
            close();
            throw t;
        }
        consumer.accept(element);
        return true;
    }

    @Override
    public @Nullable Spliterator<T> trySplit() {
        return null; // splitting would pull inputs from other threads, and ahead of the window
    }

    @Override
    public void close() {
        cleanable.clean();
    }

    private void fill() {
        int most = window();
        while (!sourceEnded && underWay.size() < most && pull()) {
            // pulls one input each time
        }
        pass(underWay.inputs().feed()::flush);
    }

    /** How many may be under way: for each worker some that it runs, and as many that are ready. */
    private int window() {
        double derived = (double) CHUNKS_PER_WORKER
                * context.engine().workers()
                * underWay.inputs()
                        .size()
                        .most(); // in floating point: the product of extreme values must not wrap around
        return window.orElse((int) Math.min(Integer.MAX_VALUE, derived));
    }

    private void pass(Runnable step) {
        try {
            step.run();
        } catch (RejectedExecutionException | RunnerBrokenException | CancellationException e) {
            // each of them has failed with it, and says so when its turn comes
        }
    }

    private boolean pull() {
        A input;
        try {
            if (!source.hasNext()) {
                sourceEnded = true;
                return false;
            }
            input = source.next();
        } catch (Throwable t) {
            sourceEnded = true;
            sourceFailure = t;
            return false;
        }
        pass(() -> underWay.add(input));
        return true;
    }

    private void throwSourceFailure() {
        Throwable failure = sourceFailure;
        if (failure != null) {
            sourceFailure = null;
            ResultWindow.<RuntimeException>throwAsIs(failure);
        }
    }

    @SuppressWarnings("unchecked") // what an iterator throws is unchecked anyway, unless it cheats too
    private static <X extends Throwable> void throwAsIs(Throwable failure) throws X {
        throw (X) failure;
    }
}

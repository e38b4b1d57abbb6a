package dev.tandem.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class JournalTest {

    @Test
    void keepsTheNewestAndCountsTheRest() {
        Journal journal = new Journal(10);
        for (int i = 0; i < 25; i++) {
            journal.add(new Event.Decided(i, "no. " + i));
        }
        assertThat(journal.events())
                .extracting(Event::nanos)
                .containsExactlyElementsOf(LongStream.range(15, 25).boxed().toList());
        assertThat(journal.dropped()).isEqualTo(15);
    }

    @Test
    void losesNothingWhileThereIsRoom() throws InterruptedException {
        Journal journal = new Journal(40_000);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(number -> new Thread(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    for (int i = 0; i < 10_000; i++) {
                        journal.add(new Event.Decided(number * 10_000L + i, ""));
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        go.countDown();
        while (threads.stream().anyMatch(Thread::isAlive)) {
            assertThat(journal.events())
                    .allSatisfy(event -> assertThat(event.nanos()).isBetween(0L, 39_999L));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(journal.events())
                .extracting(Event::nanos)
                .doesNotHaveDuplicates()
                .hasSize(40_000);
        assertThat(journal.dropped()).isZero();
    }
}

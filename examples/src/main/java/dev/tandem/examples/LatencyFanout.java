package dev.tandem.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tandem.ParallelRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Asks a slow server a hundred questions. The tasks only wait, so what counts is how many may wait at once: threads
 * are made for that, virtual ones above all; worker JVMs are not, and are left out.
 */
final class LatencyFanout {

    private static final int QUESTIONS = 100;
    private static final int LATENCY_MILLIS = 50;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] args) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer server = HttpServer.create(anyPort, QUESTIONS);
        ExecutorService serverThreads = Executors.newCachedThreadPool();
        server.setExecutor(serverThreads);
        server.createContext("/", LatencyFanout::answerSlowly);
        server.start();
        String base = "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort() + "/";
        boolean good = true;
        try {
            good &= ask("a platform thread per core", ParallelRunner.threads(), base);
            good &= ask("100 platform threads", ParallelRunner.threads(o -> o.workers(QUESTIONS)), base);
            if (Runtime.version().feature() >= 21) {
                good &= ask(
                        "100 virtual threads",
                        ParallelRunner.threads(o -> o.virtual().workers(QUESTIONS)),
                        base);
            } else {
                System.out.println(
                        "Java " + Runtime.version().feature() + " has no virtual threads: they came with Java 21.");
            }
        } finally {
            server.stop(0);
            serverThreads.shutdown();
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean ask(String engine, ParallelRunner opened, String base) {
        List<Integer> questions = IntStream.range(0, QUESTIONS).boxed().toList();
        try (ParallelRunner runner = opened) {
            long begin = System.nanoTime();
            List<String> answers =
                    runner.map(questions, question -> get(base + question)).join();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            System.out.printf(
                    "%-28s%d answers of %d ms each in %,6d ms%n", engine, answers.size(), LATENCY_MILLIS, millis);
            return answers.equals(
                    questions.stream().map(question -> "answer to /" + question).toList());
        }
    }

    /** The task. */
    private static String get(String address) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();
    }

    private static void answerSlowly(HttpExchange exchange) throws IOException {
        try (exchange) {
            TimeUnit.MILLISECONDS.sleep(LATENCY_MILLIS);
            byte[] answer = ("answer to " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

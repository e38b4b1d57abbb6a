package dev.tandem.places;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that has ended by itself and left nothing behind.
 *
 * @param place for people
 * @param story all of it, for failures
 */
record Ended(String place, int exitCode, String output, String story) {

    private static final Pattern LINE =
            Pattern.compile("PLACE Receipt\\[total=(?<total>\\d+), greeting=(?<greeting>.*?),"
                    + " jdk=(?<jdk>.*?), origin=(?<origin>.*)] start=(?<start>\\d+) (?<stats>RunnerStats\\[.*)");

    /** The receipt that the sample printed, and how its classes got there. */
    Receipt receipt() {
        assertThat(exitCode).as(story).isZero();
        Matcher line = LINE.matcher(output);
        assertThat(line.find()).as("a receipt " + story).isTrue();
        Receipt receipt = new Receipt(
                Integer.parseInt(line.group("total")),
                line.group("greeting"),
                line.group("jdk"),
                Arrival.of(line.group("origin"), line.group("stats")),
                line.group("origin"));
        PlaceLog.note(place, receipt, Long.parseLong(line.group("start")));
        return receipt;
    }

    /** What a user expects of the sample: the right sum, with the service, and the resource. */
    Receipt isRight() {
        Receipt receipt = receipt();
        assertThat(receipt.total()).as(story).isEqualTo(90);
        assertThat(receipt.greeting()).as(story).isEqualTo("thank you");
        return receipt;
    }

    /**
     * What the sample printed.
     *
     * @param jdk the worker's
     * @param arrival how the class that the task calls came there
     * @param origin its loader there, and its place
     */
    record Receipt(int total, String greeting, String jdk, Arrival arrival, String origin) {}
}

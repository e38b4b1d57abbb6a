package dev.tandem.internal.insight;

import dev.tandem.internal.insight.Story.Attempt;

/**
 * Where the time of all tasks went, added up.
 *
 * @param encode encoding tasks, here
 * @param inLine in line, and on the way to a worker
 * @param way back and forth between JVMs, as far as it is known apart from the wait
 * @param decodeThere decoding tasks, in workers
 * @param run code of the user's
 * @param encodeThere encoding results, in workers
 * @param decode decoding results, here
 */
record Shares(long encode, long inLine, long way, long decodeThere, long run, long encodeThere, long decode) {

    static Shares of(Story story) {
        long encode = 0;
        long inLine = 0;
        long way = 0;
        long decodeThere = 0;
        long run = 0;
        long encodeThere = 0;
        long decode = 0;
        for (Attempt attempt : story.attempts()) {
            Course task = attempt.task();
            encode += task.encodeNanos() + task.inputEncodeNanos();
            inLine += Math.max(
                    0,
                    (attempt.hasRun() ? attempt.startedNanos() : attempt.endedNanos())
                            - attempt.submittedNanos()
                            - task.encodeNanos());
            Course.There there = task.there();
            if (there == null) {
                run += attempt.busyNanos();
                continue;
            }
            decodeThere += there.decodeNanos();
            run += there.runNanos();
            encodeThere += there.encodeNanos();
            if (task.answeredNanos() != 0) {
                way += Math.max(0, task.answeredNanos() - task.startedNanos() - task.busyNanos(0));
                decode += Math.max(0, task.endedNanos() - task.answeredNanos());
            }
        }
        return new Shares(encode, inLine, way, decodeThere, run, encodeThere, decode);
    }

    /** All but waiting in line. */
    long work() {
        return encode + way + decodeThere + run + encodeThere + decode;
    }

    /** What getting there and back took. */
    long crossing() {
        return work() - run;
    }

    /** Encoding and decoding alone. */
    long coding() {
        return encode + decodeThere + encodeThere + decode;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

/**
 * How a topic is not as it should be.
 *
 * @param topic its name
 * @param what partitions, replicas, or a setting of the broker by Kafka's name; empty when the topic is missing
 * @param expected what should be; empty when the topic is missing
 * @param found what is; empty when the topic is missing
 */
public record TopicDifference(String topic, String what, String expected, String found) {

    static TopicDifference missing(String topic) {
        return new TopicDifference(topic, "", "", "");
    }

    /** Whether there is no such topic. */
    public boolean missing() {
        return what.isEmpty();
    }

    /** Whether records that are to be kept for ever may be deleted. */
    public boolean losesRecords() {
        return what.equals("cleanup.policy") || (what.startsWith("retention.") && expected.equals("-1"));
    }

    /** Whether records that services write are refused. */
    public boolean refusesRecords() {
        return what.equals("max.message.bytes") && Long.parseLong(found) < Long.parseLong(expected);
    }

    /** It in one line. */
    public String text() {
        return missing()
                ? "topic %s is missing".formatted(topic)
                : "topic %s: %s is %s, expected %s".formatted(topic, what, found, expected);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import static java.util.Map.entry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All topics of a run as they should be, schemas first. */
public final class TopicCatalogue {

    private static final String KEEP = "-1";
    private static final String TIMESTAMP_TYPE = "message.timestamp.type";
    /**
     * Where time decides what is kept, it is the broker's: a worker whose clock is wrong would have records deleted.
     */
    private static final Map<String, String> BROKERS_TIME = Map.of(TIMESTAMP_TYPE, "LogAppendTime");
    /** Headers of a dead letter that come on top of the record's own bytes. */
    private static final int DEAD_LETTER_MARGIN_BYTES = 64 << 10;

    private final Topics topics;
    private final TopicSettings settings;
    private final List<TopicSpec> specs = new ArrayList<>();

    private TopicCatalogue(Topics topics, TopicSettings settings) {
        this.topics = topics;
        this.settings = settings;
    }

    public static List<TopicSpec> of(Topics topics, TopicSettings settings) {
        TopicCatalogue catalogue = new TopicCatalogue(topics, settings);
        catalogue.fill();
        return List.copyOf(catalogue.specs);
    }

    private void fill() {
        int partitions = settings.partitions();
        add(topics.schemas(), 1, compacted());
        add(topics.prompts(), partitions, compacted());
        add(topics.rolloutRequests(), partitions, kept(millis(settings.requestRetention()), KEEP));
        add(topics.trajectories(), partitions, archive());
        add(topics.scoredTrajectories(), partitions, archive());
        add(topics.trainingSteps(), 1, kept(KEEP, KEEP));
        add(topics.policyWeights(), 1, weights());
        add(topics.policyVersions(), 1, versions());
        add(topics.evaluations(), 1, kept(KEEP, KEEP));
        for (String consumed : List.of(
                topics.prompts(), topics.rolloutRequests(), topics.trajectories(), topics.scoredTrajectories())) {
            add(topics.deadLetter(consumed), 1, deadLetters());
        }
    }

    private void add(String name, int partitions, Map<String, String> config) {
        Map<String, String> all = new HashMap<>(Map.ofEntries(
                entry("max.message.bytes", Integer.toString(settings.maxMessageBytes())),
                entry(TIMESTAMP_TYPE, "CreateTime"),
                // By default a broker refuses what comes from a clock that is an hour ahead of its own.
                entry("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)),
                entry("min.insync.replicas", Integer.toString(settings.minInSync())),
                entry("unclean.leader.election.enable", "false")));
        all.putAll(config);
        specs.add(new TopicSpec(name, partitions, (short) settings.replication(), all));
    }

    private static Map<String, String> compacted() {
        return Map.of("cleanup.policy", "compact");
    }

    private static Map<String, String> kept(String millis, String bytes) {
        Map<String, String> config = new HashMap<>(millis.equals(KEEP) ? Map.of() : BROKERS_TIME);
        config.putAll(Map.of("cleanup.policy", "delete", "retention.ms", millis, "retention.bytes", bytes));
        return config;
    }

    private Map<String, String> archive() {
        Duration time = settings.archiveRetention();
        Long bytes = settings.archiveRetentionBytes();
        return kept(time == null ? KEEP : millis(time), bytes == null ? KEEP : Long.toString(bytes));
    }

    /** The compacted history keeps the newest version only; what was replaced lately stays for late requests. */
    private Map<String, String> versions() {
        Map<String, String> config = new HashMap<>(BROKERS_TIME);
        config.putAll(Map.of("cleanup.policy", "compact", "min.compaction.lag.ms", millis(settings.versionHistory())));
        return config;
    }

    /** Whole segments are deleted: small ones, or retention by size would be coarse. */
    private Map<String, String> weights() {
        Map<String, String> config = kept(KEEP, Long.toString(settings.weightsRetentionBytes()));
        config.put("segment.bytes", Long.toString(weightsSegmentBytes()));
        return config;
    }

    private long weightsSegmentBytes() {
        long eighth = settings.weightsRetentionBytes() / 8;
        return Math.min(1 << 30, Math.max(2L * settings.maxMessageBytes(), eighth));
    }

    private Map<String, String> deadLetters() {
        Map<String, String> config = kept(millis(settings.deadLetterRetention()), KEEP);
        config.put("max.message.bytes", Integer.toString(settings.maxMessageBytes() + DEAD_LETTER_MARGIN_BYTES));
        return config;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator decides of a run's topics.
 *
 * @param partitions partitions of the topics that are worked on in parallel, P
 * @param replication replicas of every partition
 * @param minInSync replicas that must have a record before it is acknowledged
 * @param maxMessageBytes size limit of a record in bytes
 * @param requestRetention how long rollout requests are kept
 * @param archiveRetention how long trajectories, scores and pairs are kept, which is how far back a run can be
 *     replayed; absent for ever
 * @param archiveRetentionBytes how many bytes of them are kept in each partition; absent for no limit
 * @param weightsRetentionBytes how many bytes of published weights are kept; several times a full snapshot
 * @param versionHistory how long announcements of replaced weights are kept
 * @param deadLetterRetention how long dead letters are kept
 */
public record TopicSettings(
        int partitions,
        int replication,
        int minInSync,
        int maxMessageBytes,
        Duration requestRetention,
        @Nullable Duration archiveRetention,
        @Nullable Long archiveRetentionBytes,
        long weightsRetentionBytes,
        Duration versionHistory,
        Duration deadLetterRetention) {

    public TopicSettings {
        require(partitions > 0, "partitions", "1 or more", partitions);
        require(replication > 0 && replication <= Short.MAX_VALUE, "replication", "1 or more", replication);
        require(minInSync > 0 && minInSync <= replication, "minInSync", "1 to " + replication, minInSync);
        require(maxMessageBytes >= 1 << 16, "maxMessageBytes", "65536 or more", maxMessageBytes);
        require(
                weightsRetentionBytes >= maxMessageBytes,
                "weightsRetentionBytes",
                maxMessageBytes + " or more",
                weightsRetentionBytes);
    }

    /**
     * The defaults: records of up to 4 MiB, requests for 3 days, the archive for ever, 1 GiB of weights, a day of
     * versions, dead letters for 30 days, and one replica fewer than all in sync.
     */
    public static TopicSettings of(int partitions, int replication) {
        return new TopicSettings(
                partitions,
                replication,
                Math.max(1, replication - 1),
                4 << 20,
                Duration.ofDays(3),
                null,
                null,
                1L << 30,
                Duration.ofDays(1),
                Duration.ofDays(30));
    }

    private static void require(boolean condition, String setting, String expected, long found) {
        if (!condition) {
            throw new IllegalArgumentException("topics.%s is %d, expected %s".formatted(setting, found, expected));
        }
    }
}

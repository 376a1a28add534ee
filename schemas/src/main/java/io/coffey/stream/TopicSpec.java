// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import java.util.Map;

/**
 * A topic as it should be.
 *
 * @param name its full name
 * @param partitions number of partitions
 * @param replication number of replicas of each partition
 * @param config the broker's settings that differ from its defaults, by Kafka's name
 */
public record TopicSpec(String name, int partitions, short replication, Map<String, String> config) {

    public TopicSpec {
        config = Map.copyOf(config);
    }
}

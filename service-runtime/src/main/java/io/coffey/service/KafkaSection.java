// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.smallrye.config.WithDefault;
import java.util.Map;
import java.util.Optional;

/** The section {@code kafka}: which broker, and how to reach it. */
public interface KafkaSection {
    /** Whether the one-process run starts a broker of its own. */
    @WithDefault("true")
    boolean local();

    /** Brokers to reach, {@code host:port} with commas between; absent with a local broker. */
    Optional<String> bootstrapServers();

    /** Passed through to every Kafka client as they are: security, timeouts. */
    Map<String, String> properties();
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.service;

import io.smallrye.config.WithDefault;

/** The section {@code topics}: how the run's topics are made. */
public interface TopicsSection {
    /** Partitions of the topics that workers share. */
    @WithDefault("2")
    @Range("[1, 10000]")
    int partitions();

    /** Copies of every record; 3 for anything that matters. */
    @WithDefault("1")
    @Range("[1, 100]")
    int replication();
}

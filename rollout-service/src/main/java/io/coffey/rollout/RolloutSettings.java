// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.service.KafkaSection;
import io.coffey.service.MetricsSection;
import io.coffey.service.ModelSection;
import io.coffey.service.RunSection;
import io.smallrye.config.ConfigMapping;

/** What a rollout worker reads of the run file. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
public interface RolloutSettings {

    /** Which run. */
    RunSection run();

    /** Which broker. */
    KafkaSection kafka();

    /** Where its metrics are served. */
    MetricsSection metrics();

    /** Whose network and tokenizer; its weights come from the log. */
    ModelSection student();

    /** How to sample. */
    RolloutSection rollout();
}

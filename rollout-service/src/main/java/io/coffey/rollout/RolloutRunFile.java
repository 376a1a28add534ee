// SPDX-License-Identifier: Apache-2.0
package io.coffey.rollout;

import io.coffey.service.KafkaSettings;
import io.coffey.service.ModelSection;
import io.coffey.service.RunSettings;
import io.smallrye.config.ConfigMapping;

/** What a rollout worker reads of the run file. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
public interface RolloutRunFile {

    /** Which run. */
    RunSettings run();

    /** Which broker. */
    KafkaSettings kafka();

    /** Whose network and tokenizer; its weights come from the log. */
    ModelSection student();

    /** How to sample. */
    RolloutSettings rollout();
}

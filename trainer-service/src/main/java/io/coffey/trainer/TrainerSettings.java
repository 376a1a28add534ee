// SPDX-License-Identifier: Apache-2.0
package io.coffey.trainer;

import io.coffey.service.KafkaSection;
import io.coffey.service.MetricsSection;
import io.coffey.service.ModelSection;
import io.coffey.service.RunSection;
import io.smallrye.config.ConfigMapping;
import java.util.Map;

/** What the trainer reads of the run file. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
public interface TrainerSettings {

    /** Which run. */
    RunSection run();

    /** Which broker. */
    KafkaSection kafka();

    /** Where its metrics are served. */
    MetricsSection metrics();

    /** Who is trained. */
    ModelSection student();

    /** What the student is trained to do. */
    Map<String, String> objective();

    /** How rollouts sample. */
    SamplingSection sampling();

    /** How to train. */
    TrainerSection trainer();
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.service.KafkaSection;
import io.coffey.service.RunSection;
import io.coffey.service.TopicsSection;
import io.coffey.trainer.SamplingSection;
import io.coffey.trainer.TrainerSection;
import io.smallrye.config.ConfigMapping;

/** What commands that look at a run's topics read of the run file; models and prompts need not be there. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
public interface StreamSettings {

    /** Which run. */
    RunSection run();

    /** Which broker. */
    KafkaSection kafka();

    /** How the topics are made. */
    TopicsSection topics();

    /** How the trainer trains: whether it reads another run. */
    TrainerSection trainer();

    /** How rollouts sample: how many trajectories a request brings. */
    SamplingSection sampling();
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.service.KafkaSection;
import io.coffey.service.ModelSection;
import io.coffey.service.RunSection;
import io.coffey.trainer.TrainerSection;
import io.smallrye.config.ConfigMapping;

/** What commands that look into a run's records read of the run file; models and prompts need not be there. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
public interface RecordSettings {

    /** Which run. */
    RunSection run();

    /** Which broker. */
    KafkaSection kafka();

    /** Who learns: whose tokenizer turns tokens into text. */
    ModelSection student();

    /** How the trainer trains: whether it reads the records of another run. */
    TrainerSection trainer();

    /** The run whose scored records are trained: itself, or the one that it reads. */
    default String source() {
        return trainer().reads().orElse(run().name());
    }
}

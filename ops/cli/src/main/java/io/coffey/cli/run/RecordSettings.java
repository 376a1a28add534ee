// SPDX-License-Identifier: Apache-2.0
package io.coffey.cli.run;

import io.coffey.service.KafkaSection;
import io.coffey.service.ModelSection;
import io.coffey.service.RunSection;
import io.coffey.service.SettingsLoader;
import io.coffey.trainer.SamplingSection;
import io.coffey.trainer.TrainerSection;
import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Map;

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

    /** How rollouts sample: how many trajectories a request brings. */
    SamplingSection sampling();

    /** Reads them of a run file and the environment, under what the command line sets. */
    static RecordSettings of(Path file, Map<String, String> overrides) {
        return SettingsLoader.of(RecordSettings.class)
                .load(file, overrides, System.getenv())
                .values();
    }

    /** The run whose scored records are trained: itself, or the one that it reads. */
    default String source() {
        return trainer().reads().orElse(run().name());
    }
}

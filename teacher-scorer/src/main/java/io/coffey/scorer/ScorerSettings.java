// SPDX-License-Identifier: Apache-2.0
package io.coffey.scorer;

import io.coffey.service.KafkaSection;
import io.coffey.service.MetricsSection;
import io.coffey.service.ModelSection;
import io.coffey.service.RunSection;
import io.smallrye.config.ConfigMapping;
import java.util.Map;

/** What the scorer reads of the run file. */
@ConfigMapping(prefix = "", namingStrategy = ConfigMapping.NamingStrategy.VERBATIM)
public interface ScorerSettings {

    /** Which run. */
    RunSection run();

    /** Which broker. */
    KafkaSection kafka();

    /** Where its metrics are served. */
    MetricsSection metrics();

    /** Whose trajectories; its tokens are compared with the teacher's where its directory can be read. */
    ModelSection student();

    /** Who scores, and what it sees. */
    TeacherSection teacher();

    /** What the student is trained to do, which decides what is attached. */
    Map<String, String> objective();

    /** How to score. */
    ScorerSection scorer();
}

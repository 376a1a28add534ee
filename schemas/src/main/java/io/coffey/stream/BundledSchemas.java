// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.schema.EvaluationRecord;
import io.coffey.schema.PolicyVersionRecord;
import io.coffey.schema.PreferencePairRecord;
import io.coffey.schema.PromptRecord;
import io.coffey.schema.RolloutRequestRecord;
import io.coffey.schema.ScoredTrajectoryRecord;
import io.coffey.schema.TrainingStepRecord;
import io.coffey.schema.TrajectoryRecord;
import io.coffey.schema.WeightsChunkRecord;
import java.util.List;
import org.apache.avro.Schema;

/** The schemas of this build, one for each kind of record that is a value of a topic. */
final class BundledSchemas {

    private static final List<Schema> ALL = List.of(
            PromptRecord.getClassSchema(),
            RolloutRequestRecord.getClassSchema(),
            TrajectoryRecord.getClassSchema(),
            ScoredTrajectoryRecord.getClassSchema(),
            TrainingStepRecord.getClassSchema(),
            PolicyVersionRecord.getClassSchema(),
            WeightsChunkRecord.getClassSchema(),
            PreferencePairRecord.getClassSchema(),
            EvaluationRecord.getClassSchema());

    private BundledSchemas() {}

    static List<Schema> all() {
        return ALL;
    }
}

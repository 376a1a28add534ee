// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.schema.ArchivedRecord;
import io.coffey.schema.EvaluationRecord;
import io.coffey.schema.PolicyVersionRecord;
import io.coffey.schema.PromptRecord;
import io.coffey.schema.RolloutRequestRecord;
import io.coffey.schema.ScoredTrajectoryRecord;
import io.coffey.schema.TrainingStepRecord;
import io.coffey.schema.TrajectoryRecord;
import io.coffey.schema.WeightsChunkRecord;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * The schemas of this build, one for each kind of record that is a value of a topic. The first touch of this class
 * makes Avro trust the generated records, so it must come before the first touch of any of them.
 */
final class BundledSchemas {

    static {
        // Avro instantiates no class that it was not told to trust, not even those it generated.
        ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
        String generated = "io.coffey.schema";
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                before, type -> type.getPackageName().equals(generated)));
    }

    private static final List<Schema> ALL = List.of(
            PromptRecord.getClassSchema(),
            RolloutRequestRecord.getClassSchema(),
            TrajectoryRecord.getClassSchema(),
            ScoredTrajectoryRecord.getClassSchema(),
            TrainingStepRecord.getClassSchema(),
            PolicyVersionRecord.getClassSchema(),
            WeightsChunkRecord.getClassSchema(),
            EvaluationRecord.getClassSchema());

    private BundledSchemas() {}

    static List<Schema> all() {
        return ALL;
    }

    /** What the container files of a bundle hold; no value of a topic. */
    static Schema archivedRecord() {
        return ArchivedRecord.getClassSchema();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.schema.EvaluationRecord;

/** {@link Evaluation} on the wire. */
final class EvaluationMapping implements RecordMapping<Evaluation, EvaluationRecord> {

    @Override
    public EvaluationRecord toRecord(Evaluation evaluation) {
        return new EvaluationRecord(
                evaluation.runId(),
                evaluation.step(),
                evaluation.policyVersion(),
                evaluation.prompts(),
                Fields.ordered(evaluation.metrics()));
    }

    @Override
    public Evaluation toValue(EvaluationRecord record) {
        return new Evaluation(
                record.getRunId(),
                record.getStep(),
                record.getPolicyVersion(),
                record.getPrompts(),
                record.getMetrics());
    }
}

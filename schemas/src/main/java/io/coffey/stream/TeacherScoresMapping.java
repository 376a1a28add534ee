// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.TeacherScores;
import io.coffey.schema.FloatType;
import io.coffey.schema.TeacherScoresRecord;

/** {@link TeacherScores} on the wire. */
final class TeacherScoresMapping implements RecordMapping<TeacherScores, TeacherScoresRecord> {

    private final FloatType topLogProbs;
    private final TopTokensMapping top;

    TeacherScoresMapping(FloatType topLogProbs) {
        this.topLogProbs = topLogProbs;
        this.top = new TopTokensMapping("top", topLogProbs);
    }

    @Override
    public TeacherScoresRecord toRecord(TeacherScores scores) {
        TeacherScoresRecord record = new TeacherScoresRecord();
        record.setTeacherId(scores.teacherId());
        record.setRevision(scores.revision());
        record.setTokenizerFingerprint(scores.tokenizerFingerprint());
        record.setContextHash(scores.contextHash());
        record.setLogProbs(Packed.logProbs("logProbs", scores.logProbs(), FloatType.F32));
        record.setLogRatios(Packed.floats("logRatios", scores.logRatios()));
        record.setTop(Fields.ifPresent(scores.top(), top::toRecord));
        record.setAtStudentTop(Fields.ifPresent(
                scores.atStudentTop(), values -> Packed.logProbs("atStudentTop", values, topLogProbs)));
        record.setAtAlternatives(Fields.ifPresent(
                scores.atAlternatives(), values -> Packed.logProbs("atAlternatives", values, FloatType.F32)));
        record.setEntropy(Fields.ifPresent(scores.entropy(), values -> Packed.floats("entropy", values)));
        return record;
    }

    @Override
    public TeacherScores toValue(TeacherScoresRecord record) {
        return new TeacherScores(
                record.getTeacherId(),
                record.getRevision(),
                record.getTokenizerFingerprint(),
                record.getContextHash(),
                Packed.logProbs("logProbs", record.getLogProbs()),
                Packed.floats("logRatios", record.getLogRatios()),
                Fields.ifPresent(record.getTop(), top::toValue),
                Fields.ifPresent(record.getAtStudentTop(), packed -> Packed.logProbs("atStudentTop", packed)),
                Fields.ifPresent(record.getAtAlternatives(), packed -> Packed.logProbs("atAlternatives", packed)),
                Fields.ifPresent(record.getEntropy(), packed -> Packed.floats("entropy", packed)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.PreferencePair;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.schema.FloatType;
import io.coffey.schema.PreferencePairRecord;
import io.coffey.schema.ScoredTrajectoryRecord;

/** {@link ScoredTrajectory} on the wire. */
final class ScoredTrajectoryMapping implements RecordMapping<ScoredTrajectory, ScoredTrajectoryRecord> {

    private static final PreferencePairMapping PAIRS = new PreferencePairMapping();

    private final TrajectoryMapping trajectory;
    private final TeacherScoresMapping scores;

    ScoredTrajectoryMapping(FloatType topLogProbs) {
        this.trajectory = new TrajectoryMapping(topLogProbs);
        this.scores = new TeacherScoresMapping(topLogProbs);
    }

    @Override
    public ScoredTrajectoryRecord toRecord(ScoredTrajectory scored) {
        PreferencePair pair = scored.pair();
        return new ScoredTrajectoryRecord(
                trajectory.toRecord(scored.trajectory()),
                scored.scores().stream().map(scores::toRecord).toList(),
                pair == null ? null : PAIRS.toRecord(pair),
                scored.failure());
    }

    @Override
    public ScoredTrajectory toValue(ScoredTrajectoryRecord record) {
        PreferencePairRecord pair = record.getPair();
        return new ScoredTrajectory(
                trajectory.toValue(record.getTrajectory()),
                record.getScores().stream().map(scores::toValue).toList(),
                pair == null ? null : PAIRS.toValue(pair),
                record.getFailure());
    }
}

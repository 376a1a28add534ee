// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.Evaluation;
import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.distillation.trajectory.Prompt;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.distillation.trajectory.ScoredTrajectory;
import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.WeightsChunk;
import io.coffey.schema.EvaluationRecord;
import io.coffey.schema.FloatType;
import io.coffey.schema.PolicyVersionRecord;
import io.coffey.schema.PromptRecord;
import io.coffey.schema.RolloutRequestRecord;
import io.coffey.schema.ScoredTrajectoryRecord;
import io.coffey.schema.TrainingStepRecord;
import io.coffey.schema.TrajectoryRecord;
import io.coffey.schema.WeightsChunkRecord;

/** The codec of every kind of record of the stream. Safe for use by several threads. */
public final class Codecs {

    /** How the log-probabilities of top tokens are stored; all other numbers are always exact. */
    public enum TopLogProbs {
        /** Single precision, bit for bit. */
        EXACT,
        /** Half precision: half the size, an error of 0.05 % at most; below -65504 they become -65504. */
        HALF
    }

    private final RecordCodec<Prompt> prompts;
    private final RecordCodec<RolloutRequest> rolloutRequests;
    private final RecordCodec<Trajectory> trajectories;
    private final RecordCodec<ScoredTrajectory> scoredTrajectories;
    private final RecordCodec<TrainingStep> trainingSteps;
    private final RecordCodec<PolicyVersion> policyVersions;
    private final RecordCodec<WeightsChunk> weightsChunks;
    private final RecordCodec<Evaluation> evaluations;

    /** Codecs that write every number exactly. */
    public Codecs(SchemaSource source) {
        this(source, TopLogProbs.EXACT);
    }

    /**
     * Codecs that write top tokens as asked; both ways of storing them are read.
     *
     * @param source where the schemas of other builds are found
     * @param topLogProbs how log-probabilities of top tokens are stored
     */
    public Codecs(SchemaSource source, TopLogProbs topLogProbs) {
        FloatType type = topLogProbs == TopLogProbs.EXACT ? FloatType.F32 : FloatType.F16;
        WriterSchemas schemas = new WriterSchemas(source);
        prompts = new SingleObjectCodec<>(PromptRecord.getClassSchema(), new PromptMapping(), schemas);
        rolloutRequests =
                new SingleObjectCodec<>(RolloutRequestRecord.getClassSchema(), new RolloutRequestMapping(), schemas);
        trajectories = new SingleObjectCodec<>(TrajectoryRecord.getClassSchema(), new TrajectoryMapping(type), schemas);
        scoredTrajectories = new SingleObjectCodec<>(
                ScoredTrajectoryRecord.getClassSchema(), new ScoredTrajectoryMapping(type), schemas);
        trainingSteps =
                new SingleObjectCodec<>(TrainingStepRecord.getClassSchema(), new TrainingStepMapping(), schemas);
        policyVersions =
                new SingleObjectCodec<>(PolicyVersionRecord.getClassSchema(), new PolicyVersionMapping(), schemas);
        weightsChunks =
                new SingleObjectCodec<>(WeightsChunkRecord.getClassSchema(), new WeightsChunkMapping(), schemas);
        evaluations = new SingleObjectCodec<>(EvaluationRecord.getClassSchema(), new EvaluationMapping(), schemas);
    }

    public RecordCodec<Prompt> prompts() {
        return prompts;
    }

    public RecordCodec<RolloutRequest> rolloutRequests() {
        return rolloutRequests;
    }

    public RecordCodec<Trajectory> trajectories() {
        return trajectories;
    }

    public RecordCodec<ScoredTrajectory> scoredTrajectories() {
        return scoredTrajectories;
    }

    public RecordCodec<TrainingStep> trainingSteps() {
        return trainingSteps;
    }

    public RecordCodec<PolicyVersion> policyVersions() {
        return policyVersions;
    }

    public RecordCodec<WeightsChunk> weightsChunks() {
        return weightsChunks;
    }

    public RecordCodec<Evaluation> evaluations() {
        return evaluations;
    }
}

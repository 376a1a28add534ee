// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.FinishReason;
import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.Trajectory;
import io.coffey.distillation.trajectory.VersionRun;
import io.coffey.schema.FinishReasonSymbol;
import io.coffey.schema.FloatType;
import io.coffey.schema.OriginSymbol;
import io.coffey.schema.TrajectoryRecord;
import io.coffey.schema.VersionRunRecord;
import java.nio.ByteBuffer;
import java.util.List;

/** {@link Trajectory} on the wire. */
final class TrajectoryMapping implements RecordMapping<Trajectory, TrajectoryRecord> {

    private final SamplingMapping sampling = new SamplingMapping();
    private final TopTokensMapping studentTop;
    private final TopTokensMapping alternatives = new TopTokensMapping("alternatives", FloatType.F32);

    TrajectoryMapping(FloatType topLogProbs) {
        this.studentTop = new TopTokensMapping("studentTop", topLogProbs);
    }

    @Override
    public TrajectoryRecord toRecord(Trajectory trajectory) {
        TrajectoryRecord record = new TrajectoryRecord();
        record.setRunId(trajectory.runId());
        record.setRequest(trajectory.request());
        record.setSample(trajectory.sample());
        record.setPromptId(trajectory.promptId());
        record.setPromptTokens(Packed.ids("promptTokens", trajectory.promptTokens()));
        record.setTokens(Packed.ids("tokens", trajectory.tokens()));
        record.setMask(ByteBuffer.wrap(checkedMask(trajectory.mask())));
        record.setBehaviorLogProbs(Packed.logProbs("behaviorLogProbs", trajectory.behaviorLogProbs(), FloatType.F32));
        record.setProcessedLogProbs(Fields.ifPresent(
                trajectory.processedLogProbs(), values -> Packed.logProbs("processedLogProbs", values, FloatType.F32)));
        record.setVersions(trajectory.versions().stream()
                .map(run -> new VersionRunRecord(run.version(), run.count()))
                .toList());
        record.setOrigin(Fields.same(trajectory.origin(), OriginSymbol.class));
        record.setSampling(sampling.toRecord(trajectory.sampling()));
        record.setSeed(trajectory.seed());
        record.setFinishReason(Fields.same(trajectory.finishReason(), FinishReasonSymbol.class));
        record.setTokenizerFingerprint(trajectory.tokenizerFingerprint());
        record.setWorkerId(trajectory.workerId());
        record.setStudentTop(Fields.ifPresent(trajectory.studentTop(), studentTop::toRecord));
        record.setStudentEntropy(
                Fields.ifPresent(trajectory.studentEntropy(), values -> Packed.floats("studentEntropy", values)));
        record.setAlternatives(Fields.ifPresent(trajectory.alternatives(), alternatives::toRecord));
        record.setFailure(trajectory.failure());
        return record;
    }

    @Override
    public Trajectory toValue(TrajectoryRecord record) {
        return new Trajectory(
                record.getRunId(),
                record.getRequest(),
                record.getSample(),
                record.getPromptId(),
                Packed.ids("promptTokens", record.getPromptTokens()),
                Packed.ids("tokens", record.getTokens()),
                checkedMask(Packed.bytes(record.getMask())),
                Packed.logProbs("behaviorLogProbs", record.getBehaviorLogProbs()),
                Fields.ifPresent(record.getProcessedLogProbs(), packed -> Packed.logProbs("processedLogProbs", packed)),
                versions(record.getVersions()),
                Fields.same(record.getOrigin(), Origin.class),
                sampling.toValue(record.getSampling()),
                record.getSeed(),
                Fields.same(record.getFinishReason(), FinishReason.class),
                record.getTokenizerFingerprint(),
                record.getWorkerId(),
                Fields.ifPresent(record.getStudentTop(), studentTop::toValue),
                Fields.ifPresent(record.getStudentEntropy(), packed -> Packed.floats("studentEntropy", packed)),
                Fields.ifPresent(record.getAlternatives(), alternatives::toValue),
                record.getFailure());
    }

    private static List<VersionRun> versions(List<VersionRunRecord> records) {
        return records.stream()
                .map(run -> new VersionRun(run.getVersion(), run.getCount()))
                .toList();
    }

    private static byte[] checkedMask(byte[] mask) {
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != 0 && mask[i] != 1) {
                throw new IllegalArgumentException("mask[%d] is %d, expected 0 or 1".formatted(i, mask[i]));
            }
        }
        return mask;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.TrainingStep;
import io.coffey.schema.DropReasonSymbol;
import io.coffey.schema.DroppedRecord;
import io.coffey.schema.PartitionOffsetRecord;
import io.coffey.schema.TrainedRecord;
import io.coffey.schema.TrainingStepRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@link TrainingStep} on the wire. */
final class TrainingStepMapping implements RecordMapping<TrainingStep, TrainingStepRecord> {

    @Override
    public TrainingStepRecord toRecord(TrainingStep step) {
        TrainingStepRecord record = new TrainingStepRecord();
        record.setRunId(step.runId());
        record.setStep(step.step());
        record.setPolicyVersionIn(step.policyVersionIn());
        record.setPolicyVersionOut(step.policyVersionOut());
        record.setTrained(step.trained().stream()
                .map(trained -> new TrainedRecord(
                        trained.partition(), trained.offset(), trained.trajectory(), trained.checksum()))
                .toList());
        record.setDropped(
                step.dropped().stream().map(TrainingStepMapping::dropped).toList());
        record.setNextOffsets(new TreeMap<>(step.nextOffsets())
                .entrySet().stream()
                        .map(entry -> new PartitionOffsetRecord(entry.getKey(), entry.getValue()))
                        .toList());
        record.setRequestsDispatched(step.requestsDispatched());
        record.setObjective(step.objective());
        record.setSettingsHash(step.settingsHash());
        record.setSeed(step.seed());
        record.setTeacherRevisions(Fields.ordered(step.teacherRevisions()));
        record.setDigestBefore(step.digestBefore());
        record.setDigestAfter(step.digestAfter());
        record.setMetrics(Fields.ordered(step.metrics()));
        record.setControllers(Fields.ordered(step.controllers()));
        record.setSettings(Fields.ordered(step.settings()));
        record.setEnvironment(Fields.ordered(step.environment()));
        return record;
    }

    @Override
    public TrainingStep toValue(TrainingStepRecord record) {
        return new TrainingStep(
                record.getRunId(),
                record.getStep(),
                record.getPolicyVersionIn(),
                record.getPolicyVersionOut(),
                record.getTrained().stream()
                        .map(trained -> new TrainingStep.TrainedRecord(
                                trained.getPartition(),
                                trained.getOffset(),
                                trained.getTrajectory(),
                                trained.getChecksum()))
                        .toList(),
                record.getDropped().stream().map(TrainingStepMapping::dropped).toList(),
                nextOffsets(record.getNextOffsets()),
                record.getRequestsDispatched(),
                record.getObjective(),
                record.getSettingsHash(),
                record.getSeed(),
                record.getTeacherRevisions(),
                record.getDigestBefore(),
                record.getDigestAfter(),
                record.getMetrics(),
                record.getControllers(),
                record.getSettings(),
                record.getEnvironment());
    }

    private static DroppedRecord dropped(TrainingStep.DroppedRecord dropped) {
        return new DroppedRecord(
                dropped.partition(),
                dropped.offset(),
                dropped.trajectory(),
                Fields.same(dropped.reason(), DropReasonSymbol.class));
    }

    private static TrainingStep.DroppedRecord dropped(DroppedRecord record) {
        return new TrainingStep.DroppedRecord(
                record.getPartition(),
                record.getOffset(),
                record.getTrajectory(),
                Fields.same(record.getReason(), TrainingStep.DropReason.class));
    }

    private static Map<Integer, Long> nextOffsets(List<PartitionOffsetRecord> records) {
        Map<Integer, Long> offsets = new HashMap<>();
        for (PartitionOffsetRecord record : records) {
            if (offsets.put(record.getPartition(), record.getOffset()) != null) {
                throw new IllegalArgumentException(
                        "nextOffsets names partition %d twice".formatted(record.getPartition()));
            }
        }
        return offsets;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.Origin;
import io.coffey.distillation.trajectory.RolloutRequest;
import io.coffey.schema.OriginSymbol;
import io.coffey.schema.RolloutRequestRecord;
import io.coffey.schema.VersionRuleSymbol;

/** {@link RolloutRequest} on the wire. */
final class RolloutRequestMapping implements RecordMapping<RolloutRequest, RolloutRequestRecord> {

    private final SamplingMapping sampling = new SamplingMapping();

    @Override
    public RolloutRequestRecord toRecord(RolloutRequest request) {
        RolloutRequestRecord record = new RolloutRequestRecord();
        record.setRunId(request.runId());
        record.setNumber(request.number());
        record.setPromptId(request.promptId());
        record.setPromptTokens(Packed.ids("promptTokens", request.promptTokens()));
        record.setSamples(request.samples());
        record.setOrigin(Fields.same(request.origin(), OriginSymbol.class));
        record.setSampling(sampling.toRecord(request.sampling()));
        record.setSeed(request.seed());
        record.setPolicyVersion(request.policyVersion());
        record.setVersionRule(Fields.same(request.versionRule(), VersionRuleSymbol.class));
        record.setStudentTopK(request.studentTopK());
        record.setStudentEntropy(request.studentEntropy());
        record.setAlternatives(request.alternatives());
        record.setTokenizerFingerprint(request.tokenizerFingerprint());
        return record;
    }

    @Override
    public RolloutRequest toValue(RolloutRequestRecord record) {
        return new RolloutRequest(
                record.getRunId(),
                record.getNumber(),
                record.getPromptId(),
                Packed.ids("promptTokens", record.getPromptTokens()),
                record.getSamples(),
                Fields.same(record.getOrigin(), Origin.class),
                sampling.toValue(record.getSampling()),
                record.getSeed(),
                record.getPolicyVersion(),
                Fields.same(record.getVersionRule(), RolloutRequest.VersionRule.class),
                record.getStudentTopK(),
                record.getStudentEntropy(),
                record.getAlternatives(),
                record.getTokenizerFingerprint());
    }
}

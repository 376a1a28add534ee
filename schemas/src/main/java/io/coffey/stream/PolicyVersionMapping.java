// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.PolicyVersion;
import io.coffey.schema.PolicyVersionRecord;
import io.coffey.schema.WeightsKindSymbol;

/** {@link PolicyVersion} on the wire. */
final class PolicyVersionMapping implements RecordMapping<PolicyVersion, PolicyVersionRecord> {

    @Override
    public PolicyVersionRecord toRecord(PolicyVersion version) {
        PolicyVersionRecord record = new PolicyVersionRecord();
        record.setRunId(version.runId());
        record.setVersion(version.version());
        record.setKind(Fields.same(version.kind(), WeightsKindSymbol.class));
        record.setBaseVersion(version.baseVersion());
        record.setChunks(version.chunks());
        record.setFirstOffset(version.firstOffset());
        record.setByteCount(version.byteCount());
        record.setDigest(version.digest());
        record.setTensorDigests(Fields.ordered(version.tensorDigests()));
        record.setTokenizerFingerprint(version.tokenizerFingerprint());
        record.setConfigFingerprint(version.configFingerprint());
        record.setLocation(version.location());
        return record;
    }

    @Override
    public PolicyVersion toValue(PolicyVersionRecord record) {
        return new PolicyVersion(
                record.getRunId(),
                record.getVersion(),
                Fields.same(record.getKind(), PolicyVersion.Kind.class),
                record.getBaseVersion(),
                record.getChunks(),
                record.getFirstOffset(),
                record.getByteCount(),
                record.getDigest(),
                record.getTensorDigests(),
                record.getTokenizerFingerprint(),
                record.getConfigFingerprint(),
                record.getLocation());
    }
}

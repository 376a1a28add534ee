// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.Sampling;
import io.coffey.schema.SamplingRecord;

/** {@link Sampling} on the wire. */
final class SamplingMapping implements RecordMapping<Sampling, SamplingRecord> {

    @Override
    public SamplingRecord toRecord(Sampling sampling) {
        return new SamplingRecord(
                sampling.temperature(),
                sampling.topK(),
                sampling.topP(),
                sampling.maxNewTokens(),
                sampling.studentShare());
    }

    @Override
    public Sampling toValue(SamplingRecord record) {
        return new Sampling(
                record.getTemperature(),
                record.getTopK(),
                record.getTopP(),
                record.getMaxNewTokens(),
                record.getStudentShare());
    }
}

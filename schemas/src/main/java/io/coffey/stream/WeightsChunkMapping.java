// SPDX-License-Identifier: Apache-2.0
package io.coffey.stream;

import io.coffey.distillation.trajectory.WeightsChunk;
import io.coffey.schema.WeightsChunkRecord;
import java.nio.ByteBuffer;

/** {@link WeightsChunk} on the wire. */
final class WeightsChunkMapping implements RecordMapping<WeightsChunk, WeightsChunkRecord> {

    @Override
    public WeightsChunkRecord toRecord(WeightsChunk chunk) {
        return new WeightsChunkRecord(
                chunk.runId(), chunk.version(), chunk.index(), chunk.count(), ByteBuffer.wrap(chunk.bytes()));
    }

    @Override
    public WeightsChunk toValue(WeightsChunkRecord record) {
        return new WeightsChunk(
                record.getRunId(),
                record.getVersion(),
                record.getIndex(),
                record.getCount(),
                Packed.bytes(record.getBytes()));
    }
}
